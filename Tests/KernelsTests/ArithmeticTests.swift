import Kernels
import TestSupport
import Testing

@Suite("Arithmetic") struct ArithmeticTests {
    private func matrix(_ values: [Float], columns: Int) throws -> ActivationMatrix {
        var matrix = try ActivationMatrix(rows: values.count / columns, columns: columns)
        for row in 0..<matrix.rows {
            matrix.setRow(row, to: Array(values[row * columns..<(row + 1) * columns]).span)
        }
        return matrix
    }

    private func rows(_ matrix: borrowing ActivationMatrix) -> [Float] {
        var values: [Float] = []
        for row in 0..<matrix.rows { values += matrix.row(row) }
        return values
    }

    @Test(arguments: Machine.sets, WeightFormat.allCases)
    func resultsDoNotDependOnTheNumberOfThreads(set: InstructionSet, format: WeightFormat) throws {
        var generator = SeededGenerator()
        let first = Linear(
            WeightMatrix(generator.numbers(70 * 64), as: format, columns: 64),
            bias: WeightVector(generator.numbers(70)))
        let second = Linear(WeightMatrix(generator.numbers(45 * 64), as: format, columns: 64), bias: nil)
        let x = try matrix(generator.numbers(53 * 64), columns: 64)
        var results: [[Float]] = []
        for threads in [1, 2, 5] {
            let arithmetic = Arithmetic(set, team: try #require(ThreadTeam(size: threads)))
            var packed = PackedRows()
            try arithmetic.pack(x, rows: 0..<53, for: format, into: &packed)
            var y = try ActivationMatrix(rows: 53, columns: 115)
            arithmetic.multiply(packed, by: [first, second], into: &y)
            arithmetic.gelu(&y, rows: 53)
            results.append(rows(y))
        }
        #expect(results[0] == results[1] && results[1] == results[2], "\(generator)")
    }

    @Test(arguments: Machine.sets)
    func severalMapsFillNeighbouringColumns(set: InstructionSet) throws {
        var generator = SeededGenerator()
        let maps = [9, 1, 40].map { rows in
            Linear(WeightMatrix(generator.numbers(rows * 32), as: .q8_0, columns: 32), bias: nil)
        }
        let arithmetic = Arithmetic(set, team: try #require(ThreadTeam(size: 2)))
        let x = try matrix(generator.numbers(6 * 32), columns: 32)
        var packed = PackedRows()
        // Rows 2, 3 and 4 of X go to rows 1, 2 and 3 of Y.
        try arithmetic.pack(x, rows: 2..<5, for: .q4_0, into: &packed)
        var together = try ActivationMatrix(rows: 5, columns: 60)
        arithmetic.multiply(packed, by: maps, into: &together, firstRow: 1, firstColumn: 7)
        var column = 7
        for map in maps {
            var alone = try ActivationMatrix(rows: 3, columns: map.weights.rows)
            arithmetic.multiply(packed, by: [map], into: &alone)
            for row in 0..<3 {
                let part = Array(together.row(row + 1)[column..<column + map.weights.rows])
                #expect(part == alone.row(row), "\(generator)")
            }
            column += map.weights.rows
        }
        let untouched = together.row(0) + together.row(4) + (1...3).flatMap { together.row($0)[..<7] }
        #expect(untouched.allSatisfy { $0 == 0 })
    }

    @Test(arguments: Machine.sets, WeightFormat.allCases)
    func gatherSumsRowsOfTables(set: InstructionSet, format: WeightFormat) throws {
        var generator = SeededGenerator()
        let table = WeightMatrix(generator.numbers(10 * 96), as: format, columns: 96)
        let other = WeightMatrix(generator.numbers(3 * 96), as: .f32, columns: 96)
        let arithmetic = Arithmetic(set, team: try #require(ThreadTeam(size: 2)))
        let ids = (0..<40).map { _ in Int32.random(in: 0..<10, using: &generator) }
        let others = (0..<40).map { _ in Int32.random(in: 0..<3, using: &generator) }
        func alone(_ table: WeightMatrix, _ ids: [Int32]) throws -> [Float] {
            var x = try ActivationMatrix(rows: 40, columns: 96)
            arithmetic.gather([(table, ids)], into: &x)
            return rows(x)
        }
        var x = try ActivationMatrix(rows: 40, columns: 96)
        arithmetic.gather([(table, ids), (other, others)], into: &x)
        let expected = zip(try alone(table, ids), try alone(other, others)).map(+)
        #expect(rows(x) == expected, "\(generator)")
    }

    @Test func weightsNeedNoAlignment() throws {
        var generator = SeededGenerator()
        let numbers = generator.numbers(8 * 64), bias = generator.numbers(8)
        let arithmetic = Arithmetic(.best, team: try #require(ThreadTeam(size: 1)))
        let x = try matrix(generator.numbers(5 * 64), columns: 64)
        for format in WeightFormat.allCases {
            var results: [[Float]] = []
            for shift in [0, 1, 2, 3] {
                let owner = ShiftedBytes(WeightFormat.quantize(numbers.span, to: format), by: shift)
                let biasOwner = ShiftedBytes(WeightFormat.quantize(bias.span, to: .f32), by: shift)
                let map = Linear(
                    WeightMatrix(bytes: owner.bytes, owner: owner, format: format, rows: 8, columns: 64),
                    bias: WeightVector(bytes: biasOwner.bytes, owner: biasOwner))
                var packed = PackedRows()
                try arithmetic.pack(x, rows: 0..<5, for: format, into: &packed)
                var y = try ActivationMatrix(rows: 5, columns: 8)
                arithmetic.multiply(packed, by: [map], into: &y)
                results.append(rows(y))
            }
            #expect(results.allSatisfy { $0 == results[0] }, "\(format) \(generator)")
        }
    }

    @Test func theBestSetIsAvailable() {
        #expect(InstructionSet.best.isAvailable)
        #expect(InstructionSet.reference.isAvailable)
    }
}

/// Bytes that start so many bytes behind an aligned address.
private final class ShiftedBytes: Sendable {
    private let address: Int
    private let count: Int
    private let shift: Int

    init(_ source: [UInt8], by shift: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count + shift, alignment: 64)
        UnsafeMutableRawBufferPointer(rebasing: memory[shift...]).copyBytes(from: source)
        address = Int(bitPattern: memory.baseAddress)
        count = source.count
        self.shift = shift
    }

    deinit { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address + shift), count: count)
    }
}
