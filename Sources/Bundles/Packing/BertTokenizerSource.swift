import LinuxSystem
import ModelFiles

/// A BERT tokenizer as a model folder has it: `tokenizer.json`, or `vocab.txt` where that is absent, and
/// `tokenizer_config.json`.
struct BertTokenizerSource {
    /// The texts of the tokens as a GGUF file has them, by number.
    private(set) var tokens: [String] = []
    /// `tokenizer.ggml.token_type`: 1 normal, 3 control, 5 unused.
    private(set) var types: [Int32] = []
    /// Numbers of the tokens with a role.
    let cls: Int
    let sep: Int
    let unknown: Int
    let padding: Int?
    let mask: Int?
    let lowercase: Bool
    /// Nil: whatever `lowercase` is.
    let stripAccents: Bool?

    init(_ folder: HuggingFaceFolder, _ configuration: BertConfiguration) throws {
        let settings = try folder.decode(TokenizerConfiguration.self, "tokenizer_config.json")
        let description = try folder.decode(TokenizerDescription.self, "tokenizer.json")
        try description?.check()
        try settings?.check()
        let vocabulary =
            if description != nil, let file = try folder.map("tokenizer.json") {
                try TokenizerVocabulary(json: file, size: configuration.vocabulary)
            } else if let file = try folder.map("vocab.txt") {
                try TokenizerVocabulary(lines: file, size: configuration.vocabulary)
            } else {
                throw ModelFileError("the folder has neither tokenizer.json nor vocab.txt")
            }
        cls = try vocabulary.required(settings?.clsToken?.content ?? "[CLS]")
        sep = try vocabulary.required(settings?.sepToken?.content ?? "[SEP]")
        unknown = try vocabulary.required(settings?.unkToken?.content ?? "[UNK]")
        padding = vocabulary.number(of: settings?.padToken?.content ?? "[PAD]")
        mask = vocabulary.number(of: settings?.maskToken?.content ?? "[MASK]")
        let normalizer = description?.normalizer
        lowercase = configuration.forcesLowercase || normalizer?.lowercase ?? settings?.doLowerCase ?? true
        stripAccents = normalizer.map(\.stripAccents) ?? settings?.stripAccents
        var controls = Set([cls, sep, unknown, padding, mask].compactMap { $0 })
        for token in description?.addedTokens ?? [] where token.special == true { controls.insert(token.id) }
        fill(vocabulary, controls)
    }

    /// A token that starts a word gets "▁" in front; one that continues a word loses its "##"; control tokens
    /// stay.
    private mutating func fill(_ vocabulary: TokenizerVocabulary, _ controls: Set<Int>) {
        for (number, text) in vocabulary.texts.enumerated() {
            guard let text else {
                tokens.append("▁[PAD\(number)]")
                types.append(5)
                continue
            }
            let isControl = controls.contains(number)
            types.append(isControl ? 3 : 1)
            if isControl {
                tokens.append(text)
            } else if text.utf8.starts(with: "##".utf8) {
                tokens.append(String(text.unicodeScalars.dropFirst(2)))
            } else {
                tokens.append("▁" + text)
            }
        }
    }
}
