import ModelFiles

/// What the configuration files of a BERT model say, checked to be what Hearth's BERT computes.
struct BertConfiguration {
    /// `bert.pooling_type` in a GGUF file.
    enum Pooling: UInt32 {
        case mean = 1
        case cls = 2
    }

    let layers: Int
    let width: Int
    let heads: Int
    let innerWidth: Int
    let positions: Int
    let tokenTypes: Int
    let vocabulary: Int
    let epsilon: Float
    let pooling: Pooling
    /// The most tokens that the model's makers want it to read; nil where they do not say.
    let maximumSequenceLength: Int?
    /// Whether text is to be made lower case whatever the tokenizer says.
    let forcesLowercase: Bool

    init(_ folder: HuggingFaceFolder) throws {
        let model = try folder.decodeRequired(ModelConfiguration.self, "config.json")
        try model.check()
        func count(_ value: Int, _ key: String, _ range: ClosedRange<Int>) throws(ModelFileError) -> Int {
            guard range ~= value else {
                throw ModelFileError(
                    "config.json: '\(key)' is \(value), outside \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        layers = try count(model.numHiddenLayers, "num_hidden_layers", 1...1024)
        width = try count(model.hiddenSize, "hidden_size", 1...65_536)
        heads = try count(model.numAttentionHeads, "num_attention_heads", 1...4096)
        innerWidth = try count(model.intermediateSize, "intermediate_size", 1...1 << 20)
        positions = try count(model.maxPositionEmbeddings, "max_position_embeddings", 1...1 << 20)
        tokenTypes = try count(model.typeVocabSize ?? 1, "type_vocab_size", 1...1024)
        vocabulary = try count(model.vocabSize, "vocab_size", 1...1 << 24)
        epsilon = model.layerNormEps ?? 1e-12
        guard width.isMultiple(of: heads) else {
            throw ModelFileError(
                "config.json: 'hidden_size' \(width) is no multiple of 'num_attention_heads' \(heads)")
        }
        let modules = try SentenceModules(folder)
        pooling = modules.pooling
        forcesLowercase = modules.sentence?.doLowerCase ?? false
        maximumSequenceLength = modules.sentence?.maxSeqLength.map { min($0, model.maxPositionEmbeddings) }
        if let maximumSequenceLength, maximumSequenceLength < 3 {
            throw ModelFileError(
                "sentence_bert_config.json: 'max_seq_length' is \(maximumSequenceLength), below 3")
        }
    }
}

/// `config.json`, the keys as the file has them.
private struct ModelConfiguration: Decodable {
    let architectures: [String]?
    let modelType: String?
    let hiddenAct: String?
    let positionEmbeddingType: String?
    let numHiddenLayers: Int
    let hiddenSize: Int
    let numAttentionHeads: Int
    let intermediateSize: Int
    let maxPositionEmbeddings: Int
    let typeVocabSize: Int?
    let vocabSize: Int
    let layerNormEps: Float?

    private enum CodingKeys: String, CodingKey {
        case architectures, modelType, hiddenAct, positionEmbeddingType, numHiddenLayers, hiddenSize
        case numAttentionHeads, intermediateSize, maxPositionEmbeddings, typeVocabSize, vocabSize
        case layerNormEps
    }

    static let supported = ["BertModel", "BertForMaskedLM"]

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        architectures = try values.decodeIfPresent([String].self, forKey: .architectures)
        modelType = try values.decodeIfPresent(String.self, forKey: .modelType)
        // Asked first: another architecture lacks some of the other keys, and the reader should hear why.
        let architecture =
            architectures?.first ?? (modelType == "bert" ? "BertModel" : modelType ?? "unnamed")
        guard Self.supported.contains(architecture) else {
            throw ModelFileError(
                "the architecture '\(architecture.prefix(80))' is not supported; supported are "
                    + Self.supported.joined(separator: " and "))
        }
        hiddenAct = try values.decodeIfPresent(String.self, forKey: .hiddenAct)
        positionEmbeddingType = try values.decodeIfPresent(String.self, forKey: .positionEmbeddingType)
        numHiddenLayers = try values.decode(Int.self, forKey: .numHiddenLayers)
        hiddenSize = try values.decode(Int.self, forKey: .hiddenSize)
        numAttentionHeads = try values.decode(Int.self, forKey: .numAttentionHeads)
        intermediateSize = try values.decode(Int.self, forKey: .intermediateSize)
        maxPositionEmbeddings = try values.decode(Int.self, forKey: .maxPositionEmbeddings)
        typeVocabSize = try values.decodeIfPresent(Int.self, forKey: .typeVocabSize)
        vocabSize = try values.decode(Int.self, forKey: .vocabSize)
        layerNormEps = try values.decodeIfPresent(Float.self, forKey: .layerNormEps)
    }

    func check() throws(ModelFileError) {
        guard hiddenAct ?? "gelu" == "gelu" else {
            throw ModelFileError(
                "config.json: the activation '\(hiddenAct ?? "")' is not supported; supported is 'gelu'")
        }
        guard positionEmbeddingType ?? "absolute" == "absolute" else {
            throw ModelFileError(
                "config.json: positions of the type '\(positionEmbeddingType ?? "")' are not supported; "
                    + "supported is 'absolute'")
        }
    }
}
