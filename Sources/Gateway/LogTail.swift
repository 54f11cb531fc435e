import Foundation

/// Reads the end of a file that grows, and that may be set aside under the name with `.1` for a new one.
struct LogTail {
    /// The most that is read at once.
    private static let longestRead = 1 << 20

    let path: String
    /// Which file was read; nil before there was any.
    private var identity: UInt64?
    private var offset: UInt64 = 0

    init(path: String) { self.path = path }

    /// The last lines of what is there now; at most 1 MiB.
    mutating func last(_ count: Int) -> Data {
        identity = Self.identity(of: path)
        guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
            return Data()
        }
        offset = end > UInt64(Self.longestRead) ? end - UInt64(Self.longestRead) : 0
        let data = read(path)
        var rest = data[data.endIndex...]
        var lines = 0
        for index in data.indices.reversed() where lines < count {
            if data[index] == UInt8(ascii: "\n") && index != data.index(before: data.endIndex) { lines += 1 }
            if lines < count { rest = data[index...] }
        }
        return Data(rest)
    }

    /// What was added since the last call; at most 1 MiB.
    mutating func more() -> Data {
        let current = Self.identity(of: path)
        if let identity, current != identity {
            // What was added before the file was set aside comes first.
            let rest = Self.identity(of: path + ".1") == identity ? read(path + ".1") : Data()
            guard rest.isEmpty else { return rest }
            offset = 0
        }
        identity = current
        return read(path)
    }

    private mutating func read(_ path: String) -> Data {
        guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
            return Data()
        }
        if end < offset { offset = 0 }
        guard (try? file.seek(toOffset: offset)) != nil,
            let data = try? file.read(upToCount: Self.longestRead)
        else {
            return Data()
        }
        offset += UInt64(data.count)
        return data
    }

    /// The file's inode number.
    private static func identity(of path: String) -> UInt64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }
}
