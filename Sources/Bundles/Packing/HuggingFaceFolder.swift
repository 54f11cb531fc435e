import FoundationEssentials
import FunctionTypes
import Glibc
import LinuxSystem
import ModelFiles

/// A folder with a model in the layout of Hugging Face's `transformers` and `sentence-transformers`.
struct HuggingFaceFolder {
    let path: String

    /// More than any configuration file has.
    private static let largestText = 256 << 20

    /// Decodes a JSON file; nil where there is none.
    func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value? {
        guard let file = try map(name) else { return nil }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: withExtendedLifetime(file) { Data($0.bytes) })
        } catch let error as DecodingError {
            throw ModelFileError("\(name) is not as expected: \(Self.describe(error))")
        }
    }

    /// Decodes a JSON file that must be there.
    func decodeRequired<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        guard let value = try decode(type, name) else { throw ModelFileError("the folder has no \(name)") }
        return value
    }

    /// Maps a small file; nil where there is none.
    func map(_ name: String) throws -> MappedFile? {
        guard access(path + "/" + name, F_OK) == 0 || errno != ENOENT else { return nil }
        let file = try MappedFile(path: path + "/" + name)
        guard file.count <= Self.largestText else {
            throw ModelFileError("\(name) has \(file.count) bytes, more than \(Self.largestText)")
        }
        return file
    }

    /// The tensors.
    func weights() throws -> SafetensorsFile {
        let name = "model.safetensors"
        guard access(path + "/" + name, F_OK) == 0 || errno != ENOENT else {
            throw ModelFileError("the folder has no \(name)")
        }
        let file = try MappedFile(path: path + "/" + name)
        do throws(ModelFileError) {
            return try SafetensorsFile(file)
        } catch {
            throw ModelFileError("\(name): \(error)")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "no '\(key.stringValue)'\(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "a value of another type\(place(context))"
        default: "no valid JSON"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "" : " at '\(path)'"
    }
}
