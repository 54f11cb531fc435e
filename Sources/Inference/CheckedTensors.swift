import Kernels
import ModelFiles

/// Opens the tensors of a model file, each of them checked to be what the model's sizes call for. The weights
/// stay where they are mapped.
struct CheckedTensors {
    private let file: GGUFFile

    init(_ file: GGUFFile) { self.file = file }

    /// How many rows a matrix must have.
    enum Rows {
        case exactly(Int)
        /// Any number from 1 to `Int32.max`.
        case any
    }

    /// A matrix in any supported format.
    ///
    /// - Throws: ``ModelFileError`` where it is absent or has another shape.
    func matrix(_ name: String, rows: Rows, columns: Int) throws(ModelFileError) -> WeightMatrix {
        let tensor = try file.tensor(name)
        let found = tensor.dimensions
        switch rows {
        case .exactly(let count) where found == [columns, count]: break
        case .exactly(let count):
            throw mismatch(name, "the shape [\(columns), \(count)]", "\(found)")
        case .any where found.count == 2 && found[0] == columns && found[1] <= Int(Int32.max): break
        case .any: throw mismatch(name, "the shape [\(columns), rows]", "\(found)")
        }
        guard columns % tensor.format.elementsPerBlock == 0 else {
            let block = tensor.format.elementsPerBlock
            throw mismatch(name, "rows of whole blocks of \(block) elements", "rows of \(columns)")
        }
        try checkBytes(tensor)
        return WeightMatrix(
            bytes: tensor.bytes, owner: tensor.file, format: tensor.format, rows: found[1], columns: columns)
    }

    /// A vector, which GGUF files keep in F32.
    ///
    /// - Throws: ``ModelFileError`` where it is absent or has another shape or format.
    func vector(_ name: String, count: Int) throws(ModelFileError) -> WeightVector {
        let tensor = try file.tensor(name)
        guard tensor.dimensions == [count] else {
            throw mismatch(name, "the shape [\(count)]", "\(tensor.dimensions)")
        }
        guard tensor.format == .f32 else { throw mismatch(name, "the format F32", tensor.format.name) }
        try checkBytes(tensor)
        return WeightVector(bytes: tensor.bytes, owner: tensor.file)
    }

    /// A matrix `<name>.weight` and the vector `<name>.bias`.
    ///
    /// - Throws: ``ModelFileError``.
    func linear(_ name: String, rows: Int, columns: Int) throws(ModelFileError) -> Linear {
        let weights = try matrix(name + ".weight", rows: .exactly(rows), columns: columns)
        return Linear(weights, bias: try vector(name + ".bias", count: rows))
    }

    /// Vectors `<name>.weight` and `<name>.bias`.
    ///
    /// - Throws: ``ModelFileError``.
    func norm(_ name: String, count: Int, epsilon: Float) throws(ModelFileError) -> LayerNorm {
        let gain = try vector(name + ".weight", count: count)
        return LayerNorm(gain: gain, bias: try vector(name + ".bias", count: count), epsilon: epsilon)
    }

    /// The file's reader has checked the extents already; a mistake there must not become a read out of
    /// bounds here.
    private func checkBytes(_ tensor: GGUFTensor) throws(ModelFileError) {
        let needed = tensor.elementCount / tensor.format.elementsPerBlock * tensor.format.bytesPerBlock
        guard tensor.bytes.count == needed else {
            throw mismatch(tensor.name, "\(needed) bytes", "\(tensor.bytes.count)")
        }
    }

    private func mismatch(_ name: String, _ expected: String, _ found: String) -> ModelFileError {
        ModelFileError("the tensor '\(name)' must have \(expected); found \(found)")
    }
}
