import CKernels
import Kernels
import TestSupport
import Testing

/// A matrix product at the level of C.
struct Product {
    var format: WeightFormat
    var columns: Int
    var rows: Int
    var count: Int
    var weights: [UInt8]
    var x: [Float]
    var bias: [Float]

    init(_ generator: inout SeededGenerator, _ format: WeightFormat, columns: Int, rows: Int, count: Int) {
        self.format = format
        self.columns = columns
        self.rows = rows
        self.count = count
        weights = WeightFormat.quantize(generator.numbers(rows * columns, scale: 0.05).span, to: format)
        x = generator.numbers(count * columns)
        bias = generator.numbers(rows)
    }

    /// Packs and multiplies the rows of W in a range; what is not computed stays at -99.
    func run(_ set: InstructionSet, rows range: Range<Int>? = nil, hasBias: Bool = true, stride: Int? = nil)
        -> [Float]
    {
        let range = range ?? 0..<rows
        let stride = stride ?? rows
        let width = hearth_kernels_pack_width(set.isa)
        let groups = (count + width - 1) / width
        let groupBytes = hearth_kernels_pack_group_bytes(set.isa, format.code, columns)
        var packed = [UInt8](repeating: 0xee, count: max(1, groups * groupBytes))
        hearth_kernels_pack(set.isa, format.code, x, columns, count, columns, 0, groups, &packed)
        var y = [Float](repeating: -99, count: count * stride)
        y.withUnsafeMutableBufferPointer { y in
            bias.withUnsafeBufferPointer { bias in
                weights.withUnsafeBytes { weights in
                    packed.withUnsafeBytes { packed in
                        guard let y = y.baseAddress else { return }
                        var operands = hearth_kernels_product(
                            weights: weights.baseAddress!, format: format.code, columns: columns,
                            packed: packed.baseAddress!, count: count, bias: hasBias ? bias.baseAddress : nil,
                            y: y,
                            y_stride: stride)
                        hearth_kernels_multiply(set.isa, &operands, range.lowerBound, range.upperBound)
                    }
                }
            }
        }
        return y
    }

    /// The sum over columns of |w * x|, for the tolerance.
    var magnitudes: [Float] {
        let w = WeightFormat.dequantize(weights.span, from: format)
        return (0..<count * rows).map { place in
            let (i, r) = (place / rows, place % rows)
            return (0..<columns).reduce(abs(bias[r])) { $0 + abs(w[r * columns + $1] * x[i * columns + $1]) }
        }
    }
}

@Suite("Matrix product") struct MultiplyTests {
    static let shapes = [
        (32, 1, 1), (32, 8, 16), (64, 7, 3), (96, 9, 17), (384, 20, 16), (512, 16, 33), (544, 3, 5),
        (1536, 11, 8),
    ]

    @Test(arguments: Machine.fastSets, WeightFormat.allCases)
    func everySetAgreesWithTheReference(set: InstructionSet, format: WeightFormat) {
        var generator = SeededGenerator()
        let odd = format.elementsPerBlock == 1 ? [(1, 1, 1), (33, 5, 2), (517, 9, 18)] : []
        for (columns, rows, count) in Self.shapes + odd {
            let product = Product(&generator, format, columns: columns, rows: rows, count: count)
            let expected = product.run(.reference)
            let found = product.run(set)
            let wrong = product.magnitudes.enumerated().filter { place, magnitude in
                !agrees(expected[place], found[place], terms: columns, magnitude: magnitude)
            }
            #expect(wrong.isEmpty, "\(columns)x\(rows)x\(count) \(generator)")
        }
    }

    @Test(arguments: Machine.sets)
    func theReferenceIsTheSumOfProducts(set: InstructionSet) {
        var generator = SeededGenerator()
        let product = Product(&generator, .f32, columns: 70, rows: 5, count: 4)
        let w = WeightFormat.dequantize(product.weights.span, from: .f32)
        let found = product.run(set, hasBias: false)
        for (place, magnitude) in product.magnitudes.enumerated() {
            let (i, r) = (place / 5, place % 5)
            let sum = (0..<70).reduce(0.0) { $0 + Double(w[r * 70 + $1]) * Double(product.x[i * 70 + $1]) }
            #expect(agrees(Float(sum), found[place], terms: 70, magnitude: magnitude), "\(generator)")
        }
    }

    @Test(arguments: Machine.sets, [WeightFormat.q4_0, .q8_0])
    func integerProductsAreExact(set: InstructionSet, format: WeightFormat) {
        var generator = SeededGenerator()
        let limits: ClosedRange<Int> = format == .q4_0 ? -8...7 : -128...127
        var product = Product(&generator, format, columns: 96, rows: 10, count: 19)
        var w: [Int] = []
        product.weights = []
        for _ in 0..<product.rows * 3 {
            let block = (0..<32).map { _ in
                // The ends of the range are where intermediate sums could saturate.
                Bool.random(using: &generator) ? limits.lowerBound : Int.random(in: limits, using: &generator)
            }
            w += block
            product.weights += [0x00, 0x3c]
            product.weights +=
                format == .q8_0
                ? block.map { UInt8(bitPattern: Int8($0)) }
                : (0..<16).map { UInt8(block[$0] + 8 | (block[$0 + 16] + 8) << 4) }
        }
        // With 127 as the largest magnitude of each block the scale is 1 and whole numbers stay what they
        // are.
        product.x = product.x.indices.map {
            $0 % 32 == 5 ? 127 : Float(Int.random(in: -127...127, using: &generator))
        }
        let found = product.run(set, hasBias: false)
        let exact = found.indices.map { place in
            let (i, r) = (place / 10, place % 10)
            return Float((0..<96).reduce(0) { $0 + w[r * 96 + $1] * Int(product.x[i * 96 + $1]) })
        }
        #expect(found == exact, "\(generator)")
    }

    @Test(arguments: Machine.sets, WeightFormat.allCases)
    func anElementDoesNotDependOnItsNeighbours(set: InstructionSet, format: WeightFormat) {
        var generator = SeededGenerator()
        var product = Product(&generator, format, columns: 544, rows: 21, count: 37)
        let whole = product.run(set)
        for range in [0..<1, 3..<4, 5..<21, 8..<16] {
            let part = product.run(set, rows: range)
            let expected = whole.indices.map { range.contains($0 % 21) ? whole[$0] : -99 }
            #expect(part == expected, "\(range) \(generator)")
        }
        for row in [0, 15, 16, 36] {
            let all = product
            product.x = Array(product.x[row * 544..<(row + 1) * 544])
            product.count = 1
            #expect(product.run(set) == Array(whole[row * 21..<(row + 1) * 21]), "\(generator)")
            product = all
        }
    }

    @Test(arguments: Machine.sets, WeightFormat.allCases)
    func nothingOutsideTheResultIsWritten(set: InstructionSet, format: WeightFormat) {
        var generator = SeededGenerator()
        let product = Product(&generator, format, columns: 64, rows: 13, count: 9)
        let y = product.run(set, stride: 20)
        let plain = product.run(set)
        for i in 0..<9 {
            #expect(Array(y[i * 20..<i * 20 + 13]) == Array(plain[i * 13..<i * 13 + 13]))
            #expect(y[i * 20 + 13..<i * 20 + 20].allSatisfy { $0 == -99 })
        }
    }

    @Test(arguments: Machine.sets, WeightFormat.allCases)
    func noRowsOfXAreNoWork(set: InstructionSet, format: WeightFormat) {
        var generator = SeededGenerator()
        let product = Product(&generator, format, columns: 32, rows: 4, count: 0)
        #expect(product.run(set).isEmpty)
    }

    @Test(arguments: Machine.sets, [Float.nan, .infinity, -.infinity])
    func numbersThatAreNotFiniteReachOnlyTheirOwnRow(set: InstructionSet, bad: Float) {
        var generator = SeededGenerator()
        for format in WeightFormat.allCases {
            var product = Product(&generator, format, columns: 64, rows: 9, count: 18)
            let clean = product.run(set)
            product.x[17 * 64 + 40] = bad
            let found = product.run(set)
            #expect(found[(17 * 9)...].allSatisfy { !$0.isFinite }, "\(generator)")
            #expect(found[..<(17 * 9)] == clean[..<(17 * 9)], "\(generator)")
        }
    }
}
