import CKernels

/// Rows of activations in the form in which matrices of weights multiply them: see
/// ``Arithmetic/pack(_:rows:for:into:)``.
@safe public struct PackedRows: ~Copyable, Sendable {
    private var memory = PageMemory()

    /// The number of rows.
    public private(set) var count = 0
    /// The numbers in a row.
    public private(set) var columns = 0
    private(set) var instructionSet = InstructionSet.reference
    private(set) var isInteger = false

    /// Makes an empty one.
    public init() {}

    /// The memory it holds.
    public var byteCount: Int { memory.byteCount }

    var start: UnsafeMutableRawPointer { unsafe memory.start }

    /// Whether weights of a format multiply what is packed now.
    func serves(_ format: WeightFormat, _ columns: Int, _ instructionSet: InstructionSet) -> Bool {
        isInteger == format.usesIntegerRows && self.columns == columns
            && self.instructionSet == instructionSet
    }

    /// Makes room, without writing anything, and returns the number of groups.
    mutating func reshape(
        count: Int, columns: Int, for format: WeightFormat, _ instructionSet: InstructionSet
    ) throws(OutOfMemory) -> Int {
        let width = hearth_kernels_pack_width(instructionSet.isa)
        let groups = (count + width - 1) / width
        let groupBytes = hearth_kernels_pack_group_bytes(instructionSet.isa, format.code, columns)
        if groups * groupBytes > memory.byteCount {
            // Room for some more rows, as the next request is rarely of the same length.
            let rows = (count + 63) / 64 * 64
            memory = try PageMemory(byteCount: (rows + width - 1) / width * groupBytes)
        }
        self.count = count
        self.columns = columns
        self.instructionSet = instructionSet
        isInteger = format.usesIntegerRows
        return groups
    }
}

extension WeightFormat {
    /// Whether activations are rounded to 8-bit integers to be multiplied by it. Formats that agree in this
    /// share one packed form.
    public var usesIntegerRows: Bool { elementsPerBlock > 1 }
}
