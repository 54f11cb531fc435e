public import ModelFiles

// WordPiece is BERT's tokenizer: a word becomes the longest token that starts it, then the longest token that
// goes on from there, and so forth; a word that cannot be finished becomes one "unknown". In a GGUF file the
// two kinds of tokens are told apart as llama.cpp's converter writes them: those that start a word carry
// U+2581 "▁" in front, those that continue one have lost the "##" that they have elsewhere.

/// BERT's tokenizer, built from the vocabulary in a GGUF file; the same tokens as Hugging Face's
/// `BertTokenizerFast`.
public struct WordPieceTokenizer: Sendable {
    let vocabulary: VocabularyTable
    let specials: SpecialTokens
    let normalizer: BertNormalizer
    let start: Int32
    let end: Int32
    let unknown: Int32

    /// The number of tokens in the vocabulary.
    public var vocabularySize: Int { vocabulary.count }

    /// Indexes the vocabulary of a file whose `tokenizer.ggml.model` is `bert`.
    ///
    /// The token that opens every text is the one that `cls_token_id` names, else `bos_token_id`, else
    /// `[CLS]`; the one that closes it `seperator_token_id` (spelt so in the format), else `eos_token_id`,
    /// else `[SEP]`. Text is made lower case unless `tokenizer.ggml.normalizer.lowercase` is false, and loses
    /// its accents when it is made lower case, unless `tokenizer.ggml.normalizer.strip_accents` says
    /// otherwise.
    ///
    /// - Throws: ``ModelFileError`` that names the key.
    /// - Complexity: linear in the vocabulary's bytes; keeps about 12 bytes a token and none of the text.
    public init(_ gguf: GGUFFile) throws(ModelFileError) {
        let model = try gguf.string("tokenizer.ggml.model")
        guard model == "bert" else {
            throw ModelFileError("the tokenizer '\(model.prefix(40))' is not supported; supported is 'bert'")
        }
        let strings = try gguf.strings("tokenizer.ggml.tokens")
        guard strings.count > 0, strings.count <= Self.largestVocabulary else {
            throw ModelFileError(
                "the vocabulary has \(strings.count) tokens; 1 to \(Self.largestVocabulary) are supported")
        }
        let vocabulary = VocabularyTable(strings)
        let keys = SpecialTokenKeys(gguf, vocabulary)
        start = try keys.required(["cls", "bos"], orText: "[CLS]")
        end = try keys.required(["seperator", "eos"], orText: "[SEP]")
        unknown = try keys.required(["unknown"], orText: "[UNK]")
        specials = SpecialTokens(try keys.all(), vocabulary)
        normalizer = try BertNormalizer(gguf)
        self.vocabulary = vocabulary
    }

    /// More than any known vocabulary by a factor of sixty.
    private static let largestVocabulary = 1 << 24

    /// The tokens of a text between the two marks; of a long text, the first.
    ///
    /// A special token written out in the text, such as `[SEP]`, is that token, as in Hugging Face's
    /// tokenizers.
    ///
    /// - Precondition: `maximumTokens` is 2 or more, so that the marks have room.
    /// - Complexity: linear in the text; the whole text is read also when it is truncated, to count its
    ///   tokens.
    public func encode(_ text: String, maximumTokens: Int) -> Encoding {
        precondition(
            maximumTokens >= 2, "the two marks alone take 2 tokens, so \(maximumTokens) are not enough")
        var encoder = WordPieceEncoder(self, limit: maximumTokens - 2)
        var text = text
        text.withUTF8 { encoder.append($0) }
        return Encoding(
            ids: [start] + encoder.ids + [end], truncated: encoder.total > encoder.ids.count,
            totalTokens: encoder.total + 2)
    }
}
