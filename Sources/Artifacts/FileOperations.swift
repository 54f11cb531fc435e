import Glibc
import LinuxSystem

/// The system calls by which a blob reaches the disk. Tests replace them, to make writes short and syncs
/// fail.
struct FileOperations: Sendable {
    /// Writes some of the bytes at an offset and tells how many.
    var write:
        @Sendable (_ descriptor: CInt, UnsafeRawBufferPointer, _ offset: Int, _ path: String) throws -> Int
    /// Waits until the file's bytes are on disk.
    var sync: @Sendable (_ descriptor: CInt, _ path: String) throws -> Void

    /// `pwrite` and `fsync`.
    static let system = FileOperations(
        write: { descriptor, bytes, offset, path in
            try retryingOnInterrupt("write to", path) {
                pwrite(descriptor, bytes.baseAddress, bytes.count, offset)
            }
        },
        sync: { descriptor, path in try retryingOnInterrupt("sync", path) { fsync(descriptor) } })
}
