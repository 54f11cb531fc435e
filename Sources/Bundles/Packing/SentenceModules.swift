import ModelFiles

/// What `sentence-transformers` adds to a model: which modules follow it, how its vectors are pooled, how
/// much it reads.
struct SentenceModules {
    /// `sentence_bert_config.json`.
    struct Sentence: Decodable {
        let maxSeqLength: Int?
        let doLowerCase: Bool?
    }

    let sentence: Sentence?
    let pooling: BertConfiguration.Pooling

    init(_ folder: HuggingFaceFolder) throws {
        sentence = try folder.decode(Sentence.self, "sentence_bert_config.json")
        guard let modules = try folder.decode([Module].self, "modules.json") else {
            // What sentence-transformers does with a model that says nothing.
            pooling = .mean
            return
        }
        for module in modules where !["Transformer", "Pooling", "Normalize"].contains(module.name) {
            throw ModelFileError("modules.json: the module '\(module.name.prefix(80))' is not supported")
        }
        guard let module = modules.first(where: { $0.name == "Pooling" }) else {
            throw ModelFileError("modules.json: there is no module that pools the vectors")
        }
        guard !module.path.contains("..") else {
            throw ModelFileError("modules.json: a path leads out of the folder")
        }
        let file = module.path.isEmpty ? "config.json" : module.path + "/config.json"
        pooling = try folder.decodeRequired(PoolingConfiguration.self, file).pooling(file)
    }

    private struct Module: Decodable {
        let type: String
        let path: String

        var name: Substring { type.split(separator: ".").last ?? "" }
    }

    private struct PoolingConfiguration: Decodable {
        let poolingMode: String?
        let poolingModeClsToken: Bool?
        let poolingModeMeanTokens: Bool?
        let poolingModeMaxTokens: Bool?
        let poolingModeMeanSqrtLenTokens: Bool?
        let poolingModeWeightedmeanTokens: Bool?
        let poolingModeLasttoken: Bool?

        func pooling(_ file: String) throws(ModelFileError) -> BertConfiguration.Pooling {
            let modes = [
                ("cls", poolingModeClsToken), ("mean", poolingModeMeanTokens), ("max", poolingModeMaxTokens),
                ("mean_sqrt_len", poolingModeMeanSqrtLenTokens),
                ("weightedmean", poolingModeWeightedmeanTokens), ("lasttoken", poolingModeLasttoken),
            ].filter { $0.1 == true }.map(\.0)
            switch modes.isEmpty ? [poolingMode ?? ""] : modes {
            case ["mean"]: return .mean
            case ["cls"]: return .cls
            case let other:
                throw ModelFileError(
                    "\(file): pooling by '\(other.joined(separator: " + "))' is not supported; "
                        + "supported are mean and cls")
            }
        }
    }
}
