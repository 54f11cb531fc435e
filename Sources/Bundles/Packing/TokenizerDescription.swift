import ModelFiles

/// The parts of a `tokenizer.json` that decide whether it is a WordPiece tokenizer as Hearth has it. The
/// vocabulary is read apart; see ``TokenizerVocabulary``.
struct TokenizerDescription: Decodable {
    struct Model: Decodable {
        let type: String?
        let continuingSubwordPrefix: String?
        let maxInputCharsPerWord: Int?
    }

    struct Normalizer: Decodable {
        let type: String
        let cleanText: Bool?
        let handleChineseChars: Bool?
        let stripAccents: Bool?
        let lowercase: Bool?
    }

    struct PreTokenizer: Decodable {
        let type: String
    }

    struct AddedToken: Decodable {
        let id: Int
        let special: Bool?
    }

    let model: Model
    let normalizer: Normalizer?
    let preTokenizer: PreTokenizer?
    let addedTokens: [AddedToken]?

    func check() throws(ModelFileError) {
        guard model.type ?? "WordPiece" == "WordPiece", model.continuingSubwordPrefix ?? "##" == "##",
            model.maxInputCharsPerWord ?? 100 == 100
        else {
            throw ModelFileError(
                "tokenizer.json: the model '\((model.type ?? "").prefix(40))' is not supported; supported is "
                    + "WordPiece with '##' and words of at most 100 characters")
        }
        guard let normalizer, normalizer.type == "BertNormalizer", normalizer.cleanText ?? true,
            normalizer.handleChineseChars ?? true
        else {
            throw ModelFileError(
                "tokenizer.json: the normalizer '\((normalizer?.type ?? "none").prefix(40))' is not supported; "
                    + "supported is BertNormalizer that cleans text and sets ideographs apart")
        }
        guard preTokenizer?.type == "BertPreTokenizer" else {
            throw ModelFileError(
                "tokenizer.json: the pre-tokenizer '\((preTokenizer?.type ?? "none").prefix(40))' is not supported; "
                    + "supported is BertPreTokenizer")
        }
    }
}

/// The parts of a `tokenizer_config.json` that matter where `tokenizer.json` says nothing.
struct TokenizerConfiguration: Decodable {
    /// A token is written as its text, or as an object with the text in it.
    struct Token: Decodable {
        let content: String

        private enum CodingKeys: CodingKey { case content }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                content = text
            } else {
                content = try decoder.container(keyedBy: CodingKeys.self).decode(
                    String.self, forKey: .content)
            }
        }
    }

    let doLowerCase: Bool?
    let stripAccents: Bool?
    let tokenizeChineseChars: Bool?
    let clsToken: Token?
    let sepToken: Token?
    let unkToken: Token?
    let padToken: Token?
    let maskToken: Token?

    func check() throws(ModelFileError) {
        guard tokenizeChineseChars ?? true else {
            throw ModelFileError("tokenizer_config.json: 'tokenize_chinese_chars' false is not supported")
        }
    }
}
