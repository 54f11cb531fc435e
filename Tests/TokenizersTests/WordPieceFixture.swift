import Foundation
import Glibc
import LinuxSystem
import ModelFiles
import TestSupport
import Testing
import Tokenizers

/// Texts and the tokens that Hugging Face's `tokenizers` gives to them, with a small vocabulary that has
/// single characters of a dozen scripts, so that few words end as unknown.
struct WordPieceFixture: Decodable {
    struct Case: Decodable {
        let text: String
        let ids: [Int32]

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            text = try pair.decode(String.self)
            ids = try pair.decode([Int32].self)
        }
    }

    struct Long: Decodable {
        let text: String
        let ids: [Int32]
        let total: Int
    }

    /// 256 characters, and the FNV-1a hash (32 bits) of what becomes of them.
    struct Block: Decodable {
        let number: UInt32
        let hash: UInt32

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            number = try pair.decode(UInt32.self)
            hash = try pair.decode(UInt32.self)
        }
    }

    let vocabulary: [String]
    let uncased: [Case]
    let cased: [Case]
    let keepingAccents: [Case]
    let long: Long
    let blocks: [Block]

    static func load() throws -> WordPieceFixture {
        let url = try #require(Bundle.module.url(forResource: "Resources/wordpiece", withExtension: "json"))
        return try JSONDecoder().decode(WordPieceFixture.self, from: Data(contentsOf: url))
    }

    /// A tokenizer with the fixture's vocabulary, written to a GGUF file as llama.cpp's converter writes it.
    func tokenizer(_ extra: [(String, GGUFMetadataValue)] = []) throws -> WordPieceTokenizer {
        try WordPieceTokenizer(VocabularyFile(vocabulary).gguf(extra))
    }
}

/// A GGUF file with nothing but a BERT vocabulary.
struct VocabularyFile {
    var model = "bert"
    var tokens: [String]
    var types: [Int32]?
    var roles: [(String, UInt32)]

    /// The first five tokens are [PAD], [UNK], [CLS], [SEP] and [MASK].
    init(_ vocabulary: [String]) {
        tokens = vocabulary.enumerated().map { number, text in
            if number < 5 { return text }
            return text.utf8.starts(with: "##".utf8) ? String(text.unicodeScalars.dropFirst(2)) : "▁" + text
        }
        types = vocabulary.indices.map { $0 < 5 ? 3 : 1 }
        roles = [("padding", 0), ("unknown", 1), ("bos", 2), ("seperator", 3), ("mask", 4)]
    }

    func gguf(_ extra: [(String, GGUFMetadataValue)] = []) throws -> GGUFFile {
        var writer = GGUFWriter()
        writer.set("tokenizer.ggml.model", .string(model))
        writer.set("tokenizer.ggml.tokens", .strings(tokens))
        if let types { writer.set("tokenizer.ggml.token_type", .int32s(types)) }
        for (role, number) in roles { writer.set("tokenizer.ggml.\(role)_token_id", .uint32(number)) }
        for (key, value) in extra { writer.set(key, value) }
        let folder = try TemporaryFolder()
        let path = folder.path("vocabulary.gguf")
        try writer.write(to: FileDescriptor.open(path, O_WRONLY | O_CREAT)) { _, _ in }
        return try GGUFFile(MappedFile(path: path))
    }
}
