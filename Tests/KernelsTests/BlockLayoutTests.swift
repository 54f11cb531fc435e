import Kernels
import Testing

@Suite("Block layouts") struct BlockLayoutTests {
    @Test func aBlockOfQ8HasAHalfPrecisionScaleAndSignedBytes() {
        // 127 is the largest magnitude, so the scale is 1: 0x3c00.
        var values = (0..<32).map { Float($0 - 16) }
        values[31] = -127
        let row = WeightFormat.quantize(values.span, to: .q8_0)
        let quants = values.map { UInt8(bitPattern: Int8($0)) }
        #expect(row == [0x00, 0x3c] + quants)
        #expect(WeightFormat.dequantize(row.span, from: .q8_0) == values)
    }

    @Test func aBlockOfQ4HasTheFirstHalfInTheLowBits() {
        // -8...7 twice, the second time backwards, are exact with the scale 1.
        let values = (0..<16).map { Float($0 - 8) } + (0..<16).map { Float(7 - $0) }
        let row = WeightFormat.quantize(values.span, to: .q4_0)
        let pairs = (0..<16).map { UInt8($0 | (15 - $0) << 4) }
        #expect(row == [0x00, 0x3c] + pairs)
        #expect(WeightFormat.dequantize(row.span, from: .q4_0) == values)
    }

    @Test func blocksLieOneBehindTheOtherWithoutPadding() {
        let bytes: [UInt8] =
            [0x00, 0x40] + [UInt8](repeating: 0xff, count: 16)  // 2.0 * 7
            + [0x00, 0xb8] + [UInt8](repeating: 0x00, count: 16)  // -0.5 * -8
        let values = WeightFormat.dequantize(bytes.span, from: .q4_0)
        #expect(values == [Float](repeating: 14, count: 32) + [Float](repeating: 4, count: 32))
    }

    @Test func floatsAreLittleEndian() {
        let values: [Float] = [1, -2]
        #expect(WeightFormat.quantize(values.span, to: .f32) == [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
        #expect(WeightFormat.quantize(values.span, to: .f16) == [0, 0x3c, 0, 0xc0])
    }

    @Test(arguments: [
        (WeightFormat.f32, 1, 4, "F32"), (.f16, 1, 2, "F16"), (.q4_0, 32, 18, "Q4_0"),
        (.q8_0, 32, 34, "Q8_0"),
    ])
    func sizesAndNamesAreThoseOfGGUF(format: WeightFormat, elements: Int, bytes: Int, name: String) {
        #expect(format.elementsPerBlock == elements)
        #expect(format.bytesPerBlock == bytes)
        #expect(format.name == name)
        #expect(format.rowBytes(64) == 64 / elements * bytes)
    }
}
