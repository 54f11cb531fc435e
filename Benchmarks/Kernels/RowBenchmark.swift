import Kernels

/// The other operations of an encoder, on 128 rows. GB/s counts what they read and write.
struct RowBenchmark {
    let arithmetic: Arithmetic

    static let header = "operation   set         shape               median                          GB/s"

    func run() throws {
        let values = (0..<1_536).map { Float($0 * 31 % 97) / 48 - 1 }
        var wide = try ActivationMatrix(rows: 128, columns: 1_536)
        for i in 0..<128 { wide.setRow(i, to: values.span) }
        report(
            "gelu", "128 x 1536", bytes: 2 * 128 * 1_536 * 4,
            Measurement { arithmetic.gelu(&wide, rows: 128) })

        let narrow = Array(values[..<384])
        let norm = LayerNorm(gain: WeightVector(narrow), bias: WeightVector(narrow), epsilon: 1e-6)
        var x = try ActivationMatrix(rows: 128, columns: 384)
        var residual = try ActivationMatrix(rows: 128, columns: 384)
        for i in 0..<128 {
            x.setRow(i, to: narrow.span)
            residual.setRow(i, to: narrow.span)
        }
        report(
            "layer norm", "128 x 384", bytes: 3 * 128 * 384 * 4,
            Measurement { arithmetic.layerNorm(&x, addingTo: residual, norm) })

        var packed = PackedRows()
        for format in [WeightFormat.f32, .q8_0] {
            let time = try Measurement { try arithmetic.pack(x, rows: 0..<128, for: format, into: &packed) }
            report("pack \(format.name)", "128 x 384", bytes: 128 * 384 * 4, time)
        }

        var inputs = try ActivationMatrix(rows: 128, columns: 1_152)
        for i in 0..<128 { inputs.setRow(i, to: Array(values[..<1_152]).span) }
        var scratch = ActivationMatrix()
        let time = try Measurement {
            try arithmetic.attention(inputs, sequences: [0..<128], heads: 12, into: &x, scratch: &scratch)
        }
        report("attention", "128, 12 heads of 32", bytes: 4 * 128 * 384 * 4, time)
    }

    private func report(_ name: String, _ shape: String, bytes: Int, _ time: Measurement) {
        print(
            padded(name, 12) + padded(arithmetic.instructionSet.rawValue, 12) + padded(shape, 20)
                + padded(time.microseconds, 40) + fixed(Double(bytes) / time.median * 1e-9, 2, width: 8))
    }
}
