/// A matrix of weights where it lies, usually in a mapped file: row-major, in one of the formats, never
/// copied.
@safe public struct WeightMatrix: @unchecked Sendable {
    // Sendable because the bytes are never written and `owner`, which keeps them, is Sendable.
    let start: UnsafeRawPointer
    private let owner: any AnyObject & Sendable

    /// How the numbers are stored.
    public let format: WeightFormat
    /// The number of rows: of outputs, in a matrix product.
    public let rows: Int
    /// The numbers in a row: of inputs, in a matrix product.
    public let columns: Int

    /// Takes bytes that stay valid and unchanged while `owner` lives.
    ///
    /// Traps unless there are exactly as many bytes as the shape needs, and `columns` is a whole number of
    /// blocks.
    @unsafe public init(
        bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable, format: WeightFormat, rows: Int,
        columns: Int
    ) {
        precondition(rows > 0 && columns > 0, "a matrix of weights has rows and columns")
        precondition(bytes.count == rows * format.rowBytes(columns), "the bytes of a matrix match its shape")
        guard let start = bytes.baseAddress else { preconditionFailure("a matrix of weights has bytes") }
        unsafe self.start = start
        self.owner = owner
        self.format = format
        self.rows = rows
        self.columns = columns
    }

    /// Stores numbers, row-major, in memory of its own.
    public init(_ values: [Float], as format: WeightFormat, columns: Int) {
        precondition(columns > 0 && values.count % columns == 0, "the values fill whole rows")
        var bytes: [UInt8] = []
        for row in 0..<values.count / columns {
            bytes += WeightFormat.quantize(values[row * columns..<(row + 1) * columns].span, to: format)
        }
        let owned = OwnedBytes(bytes)
        unsafe self.init(
            bytes: UnsafeRawBufferPointer(owned.bytes), owner: owned, format: format,
            rows: values.count / columns,
            columns: columns)
    }

    /// Where a row starts.
    func row(_ index: Int) -> UnsafeRawPointer {
        precondition(index >= 0 && index < rows, "the row is in the matrix")
        return unsafe start + index * format.rowBytes(columns)
    }
}

/// Bytes of its own that live as long as the object, aligned for anything.
@safe final class OwnedBytes: @unchecked Sendable {
    // Sendable because nothing writes the bytes after the initializer.
    let bytes: UnsafeMutableRawBufferPointer

    init(_ source: some Collection<UInt8>) {
        unsafe bytes = .allocate(byteCount: source.count, alignment: 64)
        unsafe bytes.copyBytes(from: source)
    }

    deinit { unsafe bytes.deallocate() }
}
