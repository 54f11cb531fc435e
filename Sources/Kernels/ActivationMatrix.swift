/// A row-major matrix of single-precision numbers that a model computes with, in memory of its own.
///
/// The memory comes from the system page by page as it is touched, and goes back when the matrix ends.
@safe public struct ActivationMatrix: ~Copyable, Sendable {
    private var memory: PageMemory

    /// The number of rows.
    public private(set) var rows: Int
    /// The numbers in a row.
    public private(set) var columns: Int

    /// Makes a matrix without rows or columns, to be reshaped.
    public init() {
        memory = PageMemory()
        rows = 0
        columns = 0
    }

    /// Makes a matrix of zeros.
    ///
    /// - Throws: ``OutOfMemory``.
    public init(rows: Int, columns: Int) throws(OutOfMemory) {
        precondition(rows >= 0 && columns >= 0, "a shape is not negative")
        memory = try PageMemory(byteCount: rows * columns * 4)
        self.rows = rows
        self.columns = columns
    }

    /// The memory it holds, touched or not.
    public var byteCount: Int { memory.byteCount }

    /// Changes the shape, with new memory where the old is too small. The numbers are undefined afterwards.
    ///
    /// - Throws: ``OutOfMemory``.
    public mutating func reshape(rows: Int, columns: Int) throws(OutOfMemory) {
        precondition(rows >= 0 && columns >= 0, "a shape is not negative")
        if rows * columns * 4 > memory.byteCount {
            // Room for some more rows, as the next request is rarely of the same length.
            memory = try PageMemory(byteCount: (rows + 63) / 64 * 64 * columns * 4)
        }
        self.rows = rows
        self.columns = columns
    }

    /// One row, copied.
    public func row(_ index: Int) -> [Float] {
        let start = unsafe row(at: index)
        return unsafe [Float](UnsafeBufferPointer(start: start, count: columns))
    }

    /// Overwrites one row.
    public mutating func setRow(_ index: Int, to values: Span<Float>) {
        precondition(values.count == columns, "a row has as many numbers as the matrix has columns")
        let start = unsafe row(at: index)
        for i in values.indices { unsafe start[i] = values[i] }
    }

    /// Where a row starts; the row after the last one may be asked for.
    func row(at index: Int) -> UnsafeMutablePointer<Float> {
        precondition(index >= 0 && index <= rows, "the row is in the matrix")
        return unsafe memory.start.assumingMemoryBound(to: Float.self) + index * columns
    }
}
