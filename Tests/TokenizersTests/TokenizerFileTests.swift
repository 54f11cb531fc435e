import ModelFiles
import Testing
import Tokenizers

/// What a model file may say about its tokenizer, and what it may not.
@Suite struct TokenizerFileTests {
    private let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "ab"]

    private func message(_ file: VocabularyFile, _ extra: [(String, GGUFMetadataValue)] = []) throws -> String
    {
        let gguf = try file.gguf(extra)
        let error = #expect(throws: ModelFileError.self) { try WordPieceTokenizer(gguf) }
        return error?.description ?? ""
    }

    @Test func rolesThatTheFileDoesNotNameAreFoundByTheirText() throws {
        var file = VocabularyFile(vocabulary)
        file.roles = []
        file.types = nil
        let tokenizer = try WordPieceTokenizer(file.gguf())
        #expect(tokenizer.encode("ab b?", maximumTokens: 10).ids == [2, 8, 6, 1, 3])
        // Nothing says that they are special, so they are punctuation and letters when spelt out.
        #expect(tokenizer.encode("[SEP]", maximumTokens: 10).ids == [2, 1, 1, 1, 3])
    }

    @Test func theNamedClassificationTokenGoesBeforeTheOneThatStartsText() throws {
        let tokenizer = try WordPieceTokenizer(
            VocabularyFile(vocabulary).gguf([("tokenizer.ggml.cls_token_id", .uint32(4))]))
        #expect(tokenizer.encode("a", maximumTokens: 10).ids == [4, 5, 3])
    }

    @Test func ofTwoEqualTokensTheLaterCounts() throws {
        let tokenizer = try WordPieceTokenizer(VocabularyFile(vocabulary + ["a"]).gguf())
        #expect(tokenizer.encode("a", maximumTokens: 10).ids == [2, 9, 3])
    }

    @Test func anotherKindOfTokenizerIsNamed() throws {
        var file = VocabularyFile(vocabulary)
        file.model = "gpt2"
        #expect(try message(file) == "the tokenizer 'gpt2' is not supported; supported is 'bert'")
    }

    @Test func anEmptyVocabularyIsAnError() throws {
        var file = VocabularyFile([])
        file.roles = []
        #expect(try message(file).hasPrefix("the vocabulary has 0 tokens"))
    }

    @Test func aRoleOutsideTheVocabularyIsAnError() throws {
        var file = VocabularyFile(vocabulary)
        file.roles[1] = ("unknown", 9)
        #expect(
            try message(file) == "'tokenizer.ggml.unknown_token_id' is 9, outside the vocabulary of 9 tokens")
    }

    @Test func aRoleThatNobodyHasIsAnError() throws {
        var file = VocabularyFile(["[PAD]", "[UNK]", "[CLS]"])
        file.roles = []
        #expect(try message(file).contains("no token '[SEP]'"))
    }

    @Test func typesMustBeAsManyAsTokens() throws {
        var file = VocabularyFile(vocabulary)
        file.types = [1, 2]
        #expect(try message(file) == "'tokenizer.ggml.token_type' has 2 elements and the vocabulary 9")
    }

    @Test func aSettingOfAnotherKindIsAnError() throws {
        let extra: [(String, GGUFMetadataValue)] = [("tokenizer.ggml.normalizer.lowercase", .uint32(1))]
        #expect(
            try message(VocabularyFile(vocabulary), extra).contains("'tokenizer.ggml.normalizer.lowercase'"))
    }

    @Test func tokensThatAreEmptyOrAllAlikeDoNoHarm() throws {
        var file = VocabularyFile(vocabulary)
        file.tokens = Array(repeating: "", count: 9)
        let tokenizer = try WordPieceTokenizer(file.gguf())
        #expect(tokenizer.encode("ab", maximumTokens: 10).ids == [2, 1, 3])
    }
}
