import Kernels

/// Matrix products in the shapes of small sentence encoders, next to what memory could deliver.
struct ProductBenchmark {
    let arithmetic: Arithmetic
    let readBandwidth: Double

    static let header =
        "product     set         rows x columns x count        median            GOP/s   GB/s of weights"

    func run() throws {
        for format in WeightFormat.allCases {
            for (rows, columns, count) in [
                (1_536, 384, 1), (1_536, 384, 16), (1_536, 384, 128), (384, 1_536, 128),
            ] {
                try measure(format, rows, columns, count)
            }
        }
    }

    private func measure(_ format: WeightFormat, _ rows: Int, _ columns: Int, _ count: Int) throws {
        // Enough copies of W that it comes from memory each time, as it does in a model larger than the cache.
        let byteCount = rows * format.rowBytes(columns)
        let copies = max(2, (64 << 20) / byteCount)
        let values = (0..<columns).map { Float($0 * 31 % 97) / 970 - 0.05 }
        let row = WeightFormat.quantize(values.span, to: format)
        let maps = (0..<copies).map { _ in
            let owner = RepeatedBytes(row, times: rows)
            return Linear(
                WeightMatrix(bytes: owner.bytes, owner: owner, format: format, rows: rows, columns: columns),
                bias: nil)
        }
        var x = try ActivationMatrix(rows: count, columns: columns)
        for i in 0..<count { x.setRow(i, to: values.span) }
        var packed = PackedRows()
        try arithmetic.pack(x, rows: 0..<count, for: format, into: &packed)
        var y = try ActivationMatrix(rows: count, columns: rows)
        var next = 0
        let time = Measurement {
            arithmetic.multiply(packed, by: [maps[next]], into: &y)
            next = (next + 1) % copies
        }
        let operations = 2 * Double(rows * columns * count) / time.median
        let bytes = Double(byteCount) / time.median
        let share = fixed(bytes / readBandwidth * 100, 0)
        let shape = "\(rows) x \(columns) x \(count)"
        print(
            padded(format.name, 12) + padded(arithmetic.instructionSet.rawValue, 12) + padded(shape, 20)
                + padded(time.microseconds, 40) + fixed(operations * 1e-9, 1, width: 8)
                + fixed(bytes * 1e-9, 2, width: 8) + " (\(share) % of reading)")
    }
}

/// Bytes that live as long as the object.
private final class RepeatedBytes: Sendable {
    private let address: UInt
    private let count: Int

    init(_ row: [UInt8], times: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: row.count * times, alignment: 64)
        for i in 0..<times {
            UnsafeMutableRawBufferPointer(rebasing: memory[(i * row.count)...]).copyBytes(from: row)
        }
        address = UInt(bitPattern: memory.baseAddress)
        count = memory.count
    }

    deinit { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }
}
