import ModelFiles

/// The sizes of a BERT encoder, read from the metadata of a model file and checked against each other.
///
/// Files are hostile: everything that arithmetic later relies on without looking is checked here or where the
/// tensors are opened.
struct BertHyperparameters: Sendable {
    let layers: Int
    /// Positions, and so the tokens of a sequence.
    let positions: Int
    /// Tokens of a sequence that the model was trained for; at most `positions`.
    let maximumTokens: Int
    let width: Int
    let feedForwardWidth: Int
    let heads: Int
    let epsilon: Float
    let pooling: Pooling

    /// Far above every published BERT; so that a file's numbers can be multiplied without overflow.
    static let layerLimit = 1_024
    static let widthLimit = 1 << 16
    static let positionLimit = 1 << 20

    /// - Throws: ``ModelFileError``.
    init(_ file: GGUFFile) throws(ModelFileError) {
        let architecture = try file.string("general.architecture")
        guard architecture == "bert" else {
            throw ModelFileError(
                "the architecture of the model is '\(architecture.prefix(80))'; embedding supports 'bert'")
        }
        if file.has("bert.attention.causal"), try file.bool("bert.attention.causal") {
            throw ModelFileError(
                "the key 'bert.attention.causal' is true; an encoder sees the whole sequence")
        }
        layers = try Self.size(file, "bert.block_count", atMost: Self.layerLimit)
        positions = try Self.size(file, "bert.context_length", atMost: Self.positionLimit)
        width = try Self.size(file, "bert.embedding_length", atMost: Self.widthLimit)
        feedForwardWidth = try Self.size(file, "bert.feed_forward_length", atMost: Self.widthLimit)
        heads = try Self.size(file, "bert.attention.head_count", atMost: width)
        guard width % heads == 0 else {
            throw ModelFileError(
                "'bert.embedding_length' \(width) is not a multiple of 'bert.attention.head_count' \(heads)")
        }
        epsilon = try file.float("bert.attention.layer_norm_epsilon")
        guard epsilon > 0 && epsilon < 1 else {
            throw ModelFileError(
                "the key 'bert.attention.layer_norm_epsilon' is \(epsilon); it must be above 0 and below 1")
        }
        pooling = try Self.pooling(file)
        maximumTokens =
            file.has("hearth.max_sequence_length")
            ? min(positions, try Self.size(file, "hearth.max_sequence_length", atMost: Int.max)) : positions
    }

    private static func size(
        _ file: GGUFFile, _ key: String, atMost limit: Int
    ) throws(ModelFileError) -> Int {
        let size = try file.integer(key)
        guard size >= 1 && size <= limit else {
            throw ModelFileError("the key '\(key)' is \(size); it must be in 1...\(limit)")
        }
        return size
    }

    private static func pooling(_ file: GGUFFile) throws(ModelFileError) -> Pooling {
        guard file.has("bert.pooling_type") else { return .mean }
        let number = try file.integer("bert.pooling_type")
        guard let pooling = Pooling(rawValue: number) else {
            throw ModelFileError(
                "the key 'bert.pooling_type' is \(number); supported are 1 (mean) and 2 (first token)")
        }
        return pooling
    }
}
