import FunctionTypes
import Glibc
import LinuxSystem

/// A blob that is being written: a file in `incoming`, locked while its writer lives.
///
/// Bytes reach the file by writes of 8 MiB at multiples of 8 MiB, so that the page cache holds them in folios
/// of 2 MiB. Mapping such a file takes a hundredth of the time that a file of small writes takes.
struct IncomingFile: ~Copyable, Sendable {
    /// The number of bytes added.
    private(set) var count = 0

    private static let pieceBytes = 8 << 20

    private let store: BlobStore
    private let maximumBytes: Int
    private let file: LockedFile
    private let piece: AlignedPiece
    private var filled = 0
    private var written = 0
    private var hasher: SHA256

    init(store: BlobStore, maximumBytes: Int) throws {
        let file = try LockedFile(in: store.incoming)
        let piece = try AlignedPiece(count: Self.pieceBytes)
        self.store = store
        self.maximumBytes = max(0, maximumBytes)
        self.file = file
        self.piece = piece
        hasher = SHA256()
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count <= maximumBytes - count else {
            throw HearthError(
                .payloadTooLarge,
                "The blob is larger than \(ByteCount(maximumBytes)), the most that is accepted.",
                remedy: "Deploy a smaller model, or raise the host's limit for blobs.")
        }
        hasher.update(bytes)
        count += bytes.count
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(piece.count - filled)
            UnsafeMutableRawBufferPointer(rebasing: piece.bytes[filled...]).copyMemory(
                from: .init(rebasing: part))
            filled += part.count
            rest = rest.dropFirst(part.count)
            if filled == piece.count { try writePiece() }
        }
    }

    /// Checks, syncs and names. The file is complete and on disk before it has its name, and the name is on
    /// disk before this returns.
    mutating func finish(expecting expected: (digest: Digest, size: Int)?) throws -> Digest {
        try writePiece()
        let digest = takeDigest()
        if let expected { try check(digest, against: expected) }
        let number = file.descriptor.number
        try retryingOnInterrupt("make read-only", path) { fchmod(number, 0o444) }
        try store.operations.sync(number, path)
        try putInPlace(digest)
        try DurableDirectory.sync(store.directory(of: digest))
        return digest
    }

    private var path: String { file.path }

    private mutating func takeDigest() -> Digest {
        var hasher = SHA256()
        swap(&hasher, &self.hasher)
        return hasher.finish()
    }

    private func check(_ digest: Digest, against expected: (digest: Digest, size: Int)) throws {
        guard count == expected.size else {
            throw HearthError(
                .invalidRequest,
                "The blob \(expected.digest) arrived with \(count) bytes, but \(expected.size) were announced.",
                remedy: "Upload it again; if it fails again, the file changed after it was digested.")
        }
        guard digest == expected.digest else {
            throw HearthError(
                .invalidRequest,
                "The blob \(expected.digest) arrived with other bytes, whose digest is \(digest).",
                remedy: "Upload it again; if it fails again, the file changed after it was digested.")
        }
    }

    private func putInPlace(_ digest: Digest) throws {
        let place = store.path(of: digest)
        if link(path, place) == 0 { return }
        if errno == EEXIST, try store.size(of: digest) == count {
            // Somebody stored the same bytes. That file stays, because workers may share its pages; its time
            // says that it was offered again just now.
            _ = utimensat(AT_FDCWD, place, nil, 0)
            return
        }
        // A file of another size under this name is damaged; and file systems without links end here too.
        try retryingOnInterrupt("rename \(path) to", place) { rename(path, place) }
    }

    private mutating func writePiece() throws {
        var start = 0
        while start < filled {
            let bytes = UnsafeRawBufferPointer(rebasing: piece.bytes[start..<filled])
            let count = try store.operations.write(file.descriptor.number, bytes, written + start, path)
            guard count > 0 else { throw SystemError("write to", path, code: EIO) }
            start += count
        }
        written += filled
        filled = 0
    }
}
