import Foundation
import TestSupport

/// What sentence-transformers says of some texts; see Functions/minilm.
struct ReferenceModel: Decodable {
    struct Item: Decodable, Sendable {
        var text: String
        /// As the model takes them, marks included.
        var ids: [Int32]
        var vector: [Float]

        enum CodingKeys: String, CodingKey {
            case text
            case ids = "token_ids"
            case vector
        }
    }

    var items: [Item]

    init() throws {
        let file = repositoryRoot.appending(path: "Functions/minilm/expected.json")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }

    /// The folder of the published model.
    ///
    /// - Throws: ``ModelMissing``.
    static func folder() throws -> String {
        let folder = repositoryRoot.appending(path: ".build-models/minilm").path
        guard FileManager.default.fileExists(atPath: "\(folder)/model.safetensors") else {
            throw ModelMissing(folder: folder)
        }
        return folder
    }
}

/// The weights have not been fetched.
struct ModelMissing: Error, CustomStringConvertible {
    let folder: String

    var description: String {
        "\(folder) has no model; run `Functions/minilm/fetch.sh .build-models/minilm` first"
    }
}

/// The cosine of the angle between two vectors.
func cosine(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count, "vectors of one model have one length")
    var (product, lengthOfA, lengthOfB) = (0.0, 0.0, 0.0)
    for index in a.indices {
        product += Double(a[index]) * Double(b[index])
        lengthOfA += Double(a[index]) * Double(a[index])
        lengthOfB += Double(b[index]) * Double(b[index])
    }
    return product / (lengthOfA * lengthOfB).squareRoot()
}
