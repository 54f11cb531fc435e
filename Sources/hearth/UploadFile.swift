import Glibc
import LinuxSystem

/// A file that is read piece by piece.
struct UploadFile: ~Copyable {
    private static let pieceBytes = 1 << 20
    private let descriptor: FileDescriptor
    private let path: String

    init(path: String) throws {
        self.path = path
        descriptor = try FileDescriptor.open(path, O_RDONLY)
    }

    /// The next piece; nil at the end.
    func next() throws -> [UInt8]? {
        let number = descriptor.number
        var length = 0
        let piece = try [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
            length = try retryingOnInterrupt("read", path) {
                read(number, buffer.baseAddress, Self.pieceBytes)
            }
            count = length
        }
        return length == 0 ? nil : piece
    }
}
