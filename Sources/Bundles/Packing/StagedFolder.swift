import FunctionTypes
import Glibc
import LinuxSystem

/// A folder that is filled beside its final place and then moved there in one step.
struct StagedFolder {
    private let destination: String
    private let staging: String

    /// Makes the staging folder.
    init(_ destination: String) throws {
        var trimmed = destination[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        self.destination = String(trimmed)
        try Self.checkFree(self.destination)
        var template = Array((self.destination + ".packing-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemError.last("make a folder beside", self.destination)
        }
        staging = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let mask = umask(0)
        umask(mask)
        chmod(staging, 0o777 & ~mask)
    }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { staging + "/" + name }

    /// Writes a text file.
    func write(_ text: String, to name: String) throws {
        let file = try FileDescriptor.open(path(name), O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
        let bytes = Array(text.utf8)
        let number = file.number
        var offset = 0
        while offset < bytes.count {
            offset += try retryingOnInterrupt("write", path(name)) {
                bytes[offset...].withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            }
        }
    }

    /// Moves the folder to its place, which must still be free or an empty folder.
    func publish() throws {
        guard rename(staging, destination) == 0 else {
            if errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR { throw Self.taken(destination) }
            throw SystemError.last("move the finished bundle to", destination)
        }
    }

    /// Removes the folder and what is in it.
    func discard() {
        for name in ["model.gguf", "function.yaml"] { unlink(path(name)) }
        rmdir(staging)
    }

    private static func checkFree(_ path: String) throws {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return }
            throw errno == ENOTDIR ? taken(path) : SystemError.last("open", path)
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { throw taken(path) }
        }
    }

    private static func taken(_ path: String) -> HearthError {
        HearthError(
            .conflict, "The destination '\(path)' exists and is not an empty folder.",
            remedy: "Name a folder that does not exist yet.")
    }
}
