/// A vector of single-precision weights, a bias or the gain of a norm, where it lies.
@safe public struct WeightVector: @unchecked Sendable {
    // Sendable for the reasons of WeightMatrix.
    let start: UnsafePointer<Float>
    private let owner: any AnyObject & Sendable

    /// The number of weights.
    public let count: Int

    /// Takes bytes that stay valid and unchanged while `owner` lives, four for each number.
    ///
    /// They are copied only where they are not aligned to four bytes.
    @unsafe public init(bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
        precondition(
            bytes.count > 0 && bytes.count % 4 == 0, "a vector of weights has four bytes for each number")
        let owned = unsafe UInt(bitPattern: bytes.baseAddress) % 4 == 0 ? nil : OwnedBytes(bytes)
        let aligned = unsafe owned.map { unsafe UnsafeRawBufferPointer($0.bytes) } ?? bytes
        guard let start = aligned.baseAddress else { preconditionFailure("a vector of weights has bytes") }
        unsafe self.start = start.assumingMemoryBound(to: Float.self)
        self.owner = owned ?? owner
        count = bytes.count / 4
    }

    /// Keeps a copy of numbers.
    public init(_ values: [Float]) {
        precondition(!values.isEmpty, "a vector of weights has numbers")
        let owned = unsafe values.withUnsafeBytes { bytes in unsafe OwnedBytes(bytes) }
        unsafe self.init(bytes: UnsafeRawBufferPointer(owned.bytes), owner: owned)
    }
}
