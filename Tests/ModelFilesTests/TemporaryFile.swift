import Glibc
import LinuxSystem
import ModelFiles
import Testing

/// An unnamed file that disappears with its descriptor.
func temporaryFile() throws -> FileDescriptor {
    var path = Array("/tmp/hearth-model-files-XXXXXX".utf8CString)
    let number = mkstemp(&path)
    try #require(number >= 0)
    unlink(path)
    return FileDescriptor(owning: number)
}

extension GGUFWriter {
    /// The file in memory; `body` gives each tensor's bytes.
    func mapped(_ body: (Tensor) -> [UInt8]) throws -> MappedFile {
        let file = try temporaryFile()
        try write(to: file) { tensor, sink in try sink(body(tensor).span.bytes) }
        return try MappedFile(file)
    }

    func bytes(_ body: (Tensor) -> [UInt8]) throws -> [UInt8] {
        try withExtendedLifetime(mapped(body)) { Array($0.bytes) }
    }
}
