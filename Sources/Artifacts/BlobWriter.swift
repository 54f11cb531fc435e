public import FunctionTypes
import LinuxSystem
import Synchronization

/// Receives the bytes of one blob, digests them on the way, and puts the blob into the store.
///
/// May be handed from thread to thread; calls are taken one after the other. Let go of without ``finish()``,
/// it leaves nothing behind; after an error too. Every call may block on the disk.
public final class BlobWriter: Sendable {
    private let file: Mutex<IncomingFile?>

    init(_ file: consuming IncomingFile) { self.file = Mutex(file) }

    /// Adds bytes, in pieces of any size.
    ///
    /// - Throws: ``HearthError`` `.payloadTooLarge` beyond the size limit; ``SystemError``. Nothing is left
    ///   then, and
    ///   later calls throw `.conflict`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        try file.withLock { file in
            guard file != nil else { throw Self.ended }
            do {
                try file?.append(bytes)
            } catch {
                file = nil
                throw error
            }
        }
    }

    /// Adds bytes, in pieces of any size; throws as the other form does.
    public func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

    /// The number of bytes added.
    public var count: Int { file.withLock { $0?.count ?? 0 } }

    /// Makes the blob durable and visible. Afterwards it survives a crash.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` where the bytes are not the expected ones;
    ///   ``SystemError``.
    ///   Nothing is left then.
    public func finish(expecting digest: Digest, size: Int) throws {
        _ = try end(expecting: (digest, size))
    }

    /// Makes the blob durable and visible, whatever its digest is.
    ///
    /// - Throws: ``SystemError``. Nothing is left then.
    public func finish() throws -> Digest { try end(expecting: nil) }

    /// Gives up; nothing is left.
    public func cancel() { file.withLock { $0 = nil } }

    private func end(expecting expected: (digest: Digest, size: Int)?) throws -> Digest {
        guard var file = file.withLock({ $0.take() }) else { throw Self.ended }
        return try file.finish(expecting: expected)
    }

    private static var ended: HearthError {
        HearthError(
            .conflict, "The blob's upload has ended already, by its completion or by an error.",
            remedy: "Start a new upload.")
    }
}
