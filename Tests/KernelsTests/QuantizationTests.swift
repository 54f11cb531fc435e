import CKernels
import Kernels
import TestSupport
import Testing

@Suite("Quantisation") struct QuantizationTests {
    private func roundTrip(_ values: [Float], _ format: WeightFormat) -> [Float] {
        WeightFormat.dequantize(WeightFormat.quantize(values.span, to: format).span, from: format)
    }

    private func squaredError(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    }

    @Test func q8IsWithinHalfAStep() {
        var generator = SeededGenerator()
        let values = generator.numbers(32 * 200, scale: 0.05)
        let back = roundTrip(values, .q8_0)
        for block in 0..<200 {
            let range = block * 32..<block * 32 + 32
            let step = values[range].reduce(0) { max($0, abs($1)) } / 127
            // Half a step for rounding, and 2^-11 of the value for the rounding of the scale.
            for i in range {
                #expect(abs(values[i] - back[i]) <= step * 0.5 + abs(values[i]) * 0x1p-10, "\(generator)")
            }
        }
    }

    @Test func q4IsAtLeastAsGoodAsTheTextbookScale() {
        var generator = SeededGenerator()
        var searched = 0.0
        var textbook = 0.0
        for _ in 0..<200 {
            let values = generator.numbers(32, scale: 0.05)
            let extreme = values.max { abs($0) < abs($1) } ?? 0
            let scale = Float(Float16(extreme / -8))
            let plain = values.map { (min(15, max(0, ($0 / scale + 8).rounded())) - 8) * scale }
            let ours = squaredError(values, roundTrip(values, .q4_0))
            #expect(ours <= squaredError(values, plain) * 1.0001, "\(generator)")
            searched += ours
            textbook += squaredError(values, plain)
        }
        #expect(searched < 0.95 * textbook, "\(generator)")
    }

    @Test(arguments: WeightFormat.allCases)
    func zerosStayZeros(format: WeightFormat) {
        let zeros = [Float](repeating: 0, count: 64)
        #expect(roundTrip(zeros, format) == zeros)
    }

    @Test(arguments: [WeightFormat.q4_0, .q8_0], [Float.infinity, -.infinity, .nan])
    func aBlockWithANumberThatIsNotFiniteReadsAsNaN(format: WeightFormat, bad: Float) {
        var values = [Float](repeating: 1, count: 96)
        values[40] = bad
        let back = roundTrip(values, format)
        #expect(back[32..<64].allSatisfy { $0.isNaN })
        #expect((back[..<32] + back[64...]).allSatisfy { abs($0 - 1) < 0.01 })
    }

    @Test(arguments: [WeightFormat.q4_0, .q8_0])
    func hugeAndTinyNumbersAreHandled(format: WeightFormat) {
        for size: Float in [1e38, 1e6, 1e-6, 1e-20, 0x1p-149] {
            let values = (0..<32).map { Float($0 - 16) / 16 * size }
            let back = roundTrip(values, format)
            // Beyond the range of a half-precision scale nothing but NaN, infinity or zero is possible.
            #expect(back.allSatisfy { !$0.isFinite || abs($0) <= 2 * size + 1e-7 }, "\(size)")
        }
    }

    @Test(arguments: Machine.sets)
    func everyHalfPrecisionNumberIsRead(set: InstructionSet) {
        let halves = (UInt16.min...UInt16.max).map(Float16.init(bitPattern:))
        var values = [Float](repeating: 0, count: halves.count)
        hearth_kernels_dequantize_row(set.isa, .f16, halves, &values, halves.count)
        let wrong = zip(halves, values).filter { half, value in
            half.isNaN ? !value.isNaN : value.bitPattern != Float(half).bitPattern
        }
        #expect(wrong.isEmpty)
    }

    @Test func halfPrecisionRoundsToNearestEven() {
        var generator = SeededGenerator()
        // Every exponent, and mantissas at and beside the middle between two halves.
        let random = (0..<100_000).map { _ in
            Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
        }
        let middles = (UInt16(0)..<0x7c00).flatMap { bits -> [Float] in
            let middle = (Float(Float16(bitPattern: bits)) + Float(Float16(bitPattern: bits + 1))) / 2
            return [middle, middle.nextUp, middle.nextDown, -middle]
        }
        let values = (random + middles).filter { !$0.isNaN }
        let row = WeightFormat.quantize(values.span, to: .f16)
        let wrong = values.indices.filter { i in
            UInt16(row[2 * i]) | UInt16(row[2 * i + 1]) << 8 != Float16(values[i]).bitPattern
        }
        #expect(wrong.map { values[$0] }.isEmpty, "\(generator)")
    }

    @Test(arguments: Machine.fastSets, WeightFormat.allCases)
    func everySetReadsRowsAsTheReferenceDoes(set: InstructionSet, format: WeightFormat) {
        var generator = SeededGenerator()
        let values = generator.numbers(32 * 7)
        let row = WeightFormat.quantize(values.span, to: format)
        var expected = values
        var found = values
        hearth_kernels_dequantize_row(.reference, format.code, row, &expected, values.count)
        hearth_kernels_dequantize_row(set.isa, format.code, row, &found, values.count)
        #expect(expected == found, "\(generator)")
    }
}
