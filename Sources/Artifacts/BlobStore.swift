public import FunctionTypes
import Glibc
public import LinuxSystem

/// Files named by the digest of their content: equal files are stored once, and a name never changes its
/// bytes.
///
/// ```
/// root/blobs/sha256/ab/abcdef…   mode 0444, raw bytes, so that weights are mapped straight from the store
/// root/incoming/…                files being written; whatever a crash leaves here is swept away
/// ```
///
/// A blob appears under its name complete and on disk, or not at all: it is written to `incoming`, synced,
/// and then named. So a crash at any instant leaves complete blobs and, at worst, leftovers.
///
/// Every call blocks on the disk; run it on a thread that may block.
public struct BlobStore: Sendable {
    /// The store's folder.
    public let root: String
    let operations: FileOperations

    /// Opens a store, and makes its folders where they are missing, durably. About 260 system calls.
    ///
    /// - Throws: ``SystemError``.
    public init(root: String) throws { try self.init(root: root, operations: .system) }

    init(root: String, operations: FileOperations) throws {
        self.root = root
        self.operations = operations
        // All folders are made now, so that storing a blob never has to make one of them durable.
        try DurableDirectory.create(incoming)
        try DurableDirectory.create(digests)
        var added = false
        for prefix in 0...255 {
            let path = "\(digests)/\(twoDigits(prefix))"
            if mkdir(path, DurableDirectory.mode) == 0 {
                added = true
            } else if errno != EEXIST {
                throw SystemError.last("make the folder", path)
            }
        }
        if added { try DurableDirectory.sync(digests) }
    }

    /// Starts storing a blob of unknown digest.
    ///
    /// - Parameter maximumBytes: More than this is refused.
    /// - Throws: ``SystemError``.
    public func writer(maximumBytes: Int) throws -> BlobWriter {
        BlobWriter(try IncomingFile(store: self, maximumBytes: maximumBytes))
    }

    /// Stores bytes that are in memory already.
    ///
    /// - Throws: ``SystemError``.
    @discardableResult
    public func store(_ bytes: [UInt8]) throws -> Digest {
        let digest = SHA256.digest(of: bytes)
        let writer = try writer(maximumBytes: bytes.count)
        try bytes.withUnsafeBytes { try writer.append($0) }
        try writer.finish(expecting: digest, size: bytes.count)
        return digest
    }

    /// Where a blob is or would be. Hand out descriptors instead wherever that is possible; see ``open(_:)``.
    public func path(of digest: Digest) -> String { "\(directory(of: digest))/\(digest.hex)" }

    /// Whether the store holds a blob.
    ///
    /// - Throws: ``SystemError`` where that cannot be told.
    public func contains(_ digest: Digest) throws -> Bool { try size(of: digest) != nil }

    /// The size of a blob in bytes, or nil where the store lacks it.
    ///
    /// - Throws: ``SystemError`` where that cannot be told.
    public func size(of digest: Digest) throws -> Int? {
        var status = stat()
        guard stat(path(of: digest), &status) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemError.last("look up the blob", path(of: digest))
        }
        return Int(status.st_size)
    }

    /// Opens a blob for reading.
    ///
    /// - Throws: ``HearthError`` `.blobMissing`; ``SystemError``.
    public func open(_ digest: Digest) throws -> FileDescriptor {
        guard let descriptor = try FileDescriptor.open(path(of: digest), O_RDONLY, unless: ENOENT) else {
            throw HearthError(
                .blobMissing, "The blob \(digest) is not in the store \(root).",
                remedy: "Deploy the function again; that uploads what is missing.")
        }
        return descriptor
    }

    /// Reads a whole blob and compares its digest with its name.
    ///
    /// - Throws: ``HearthError`` `.blobMissing` where the store lacks it, `.internalError` where its bytes
    ///   changed;
    ///   ``SystemError``.
    public func verify(_ digest: Digest) throws {
        let descriptor = try open(digest)
        let found = try SHA256.digest(ofFile: descriptor, subject: path(of: digest))
        guard found == digest else {
            throw HearthError(
                .internalError,
                "The blob \(path(of: digest)) is damaged: its bytes have the digest \(found).",
                remedy: "Check the disk, remove the file and deploy the functions that use it again.")
        }
    }

    var incoming: String { "\(root)/incoming" }
    var digests: String { "\(root)/blobs/sha256" }

    func directory(of digest: Digest) -> String { "\(digests)/\(digest.hex.prefix(2))" }

    func twoDigits(_ value: Int) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }
}
