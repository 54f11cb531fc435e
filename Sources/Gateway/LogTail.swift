import Foundation

/// Reads the end of a file that grows, and that may be set aside for a new one.
struct LogTail {
    /// The most that is read at once.
    private static let longestRead = 1 << 20

    let path: String
    private var offset: UInt64 = 0

    init(path: String) { self.path = path }

    /// The last lines of what is there now; at most 1 MiB.
    mutating func last(_ count: Int) -> Data {
        guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
            return Data()
        }
        offset = end
        let start = end > UInt64(Self.longestRead) ? end - UInt64(Self.longestRead) : 0
        guard count > 0, (try? file.seek(toOffset: start)) != nil, let data = try? file.readToEnd() else {
            return Data()
        }
        var rest = data[...]
        var lines = 0
        for index in data.indices.reversed()
        where data[index] == UInt8(ascii: "\n") && index != data.index(before: data.endIndex) {
            lines += 1
            if lines == count {
                rest = data[data.index(after: index)...]
                break
            }
        }
        return Data(rest)
    }

    /// Reads with a copy, so that the reading can happen on another thread.
    func reading(_ read: (inout LogTail) -> Data) -> (LogTail, Data) {
        var copy = self
        let data = read(&copy)
        return (copy, data)
    }

    /// What was added since the last call.
    mutating func more() -> Data {
        guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
            return Data()
        }
        if end < offset { offset = 0 }
        guard end > offset, (try? file.seek(toOffset: offset)) != nil,
            let data = try? file.read(upToCount: Self.longestRead)
        else { return Data() }
        offset += UInt64(data.count)
        return data
    }
}
