import Bundles
import Foundation
import FunctionTypes
import Testing

/// A source with one fault each, and what the error says about it.
struct FaultySource: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: String
    let spoil: @Sendable (ModelFolder) throws -> Void

    init(_ name: String, _ message: String, _ spoil: @escaping @Sendable (ModelFolder) throws -> Void) {
        testDescription = name
        self.message = message
        self.spoil = spoil
    }

    private static func replacing(
        _ file: String, _ old: String, _ new: String, _ message: String
    ) -> FaultySource {
        FaultySource("\(file): \(new)", message) { try $0.replace(old, by: new, in: file) }
    }

    static let missing = [
        FaultySource("no config.json", "no config.json") { try $0.remove("config.json") },
        FaultySource("no weights", "no model.safetensors") { try $0.remove("model.safetensors") },
        FaultySource("no pooling", "no 1_Pooling/config.json") { try $0.remove("1_Pooling/config.json") },
        FaultySource("no vocabulary", "neither tokenizer.json nor vocab.txt") {
            try $0.remove("tokenizer.json")
            try $0.remove("vocab.txt")
        },
        FaultySource("no folder", "no config.json") { try FileManager.default.removeItem(atPath: $0.source) },
    ]

    static let configuration = [
        replacing("config.json", "BertModel", "LlamaForCausalLM", "'LlamaForCausalLM' is not supported"),
        replacing("config.json", #""gelu""#, #""relu""#, "'relu' is not supported"),
        replacing("config.json", "absolute", "relative_key", "'relative_key' are not supported"),
        replacing("config.json", #""hidden_size": 32"#, #""hidden_size": 33"#, "no multiple of"),
        replacing("config.json", #""hidden_size": 32"#, #""hidden_size": -1"#, "'hidden_size' is -1"),
        replacing(
            "config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": 1000000000"#,
            "'num_hidden_layers'"),
        replacing(
            "config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#,
            "no tensor 'encoder.layer.2."),
        replacing("config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": 1"#, "'encoder.layer.1."),
        replacing(
            "config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": "2""#,
            "another type at 'numHidden"),
        replacing(
            "config.json", #""vocab_size": 13"#, #""vocab_size": 14"#, "has the shape [13, 32], not [14, 32]"),
        replacing("config.json", #""hidden_size": 32,"#, "", "no 'hiddenSize'"),
        replacing("config.json", "}", "", "config.json is not as expected"),
        replacing("modules.json", "models.Normalize", "models.Dense", "the module 'Dense' is not supported"),
        replacing("modules.json", "models.Pooling", "models.Normalize", "no module that pools"),
        replacing("modules.json", "1_Pooling", "../1_Pooling", "leads out of the folder"),
        replacing("1_Pooling/config.json", "mean_tokens", "max_tokens", "pooling by 'max' is not supported"),
        replacing("sentence_bert_config.json", "12", "1", "'max_seq_length' is 1"),
    ]

    static let tokenizer = [
        replacing("tokenizer.json", "WordPiece", "BPE", "the model 'BPE' is not supported"),
        replacing("tokenizer.json", "BertNormalizer", "NFC", "the normalizer 'NFC' is not supported"),
        replacing("tokenizer.json", "BertPreTokenizer", "Whitespace", "the pre-tokenizer 'Whitespace'"),
        replacing("tokenizer.json", #""ab": 8"#, #""ab": 13"#, "a token has the number 13"),
        replacing("tokenizer.json", #""ab": 8"#, #""ab": 7"#, "two tokens have the number 7"),
        replacing("tokenizer.json", #""[CLS]": 2"#, #""[CLX]": 2"#, "no token '[CLS]'"),
        replacing("tokenizer.json", #""[CLS]": 2"#, #""[CLS]": -2"#, "whole number"),
        replacing(
            "tokenizer_config.json", "true", #"true, "tokenize_chinese_chars": false"#,
            "tokenize_chinese_chars"),
        FaultySource("too many lines", "vocab.txt has 20 tokens") {
            try $0.remove("tokenizer.json")
            try $0.write("vocab.txt", (0..<20).map(String.init).joined(separator: "\n"))
        },
    ]

    static let weights = [
        FaultySource("a cut file", "model.safetensors: ") {
            let path = $0.source + "/model.safetensors"
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            try data.dropLast().write(to: URL(fileURLWithPath: path))
        },
        FaultySource("an extra tensor", "'encoder.extra', which BERT does not have") {
            try $0.writeWeights(ModelFolder.shapes + [("encoder.extra", [1])])
        },
        FaultySource("a tensor under two names", "'embeddings.LayerNorm.bias' twice") {
            try $0.writeWeights(ModelFolder.shapes + [("bert.embeddings.LayerNorm.bias", [32])])
        },
        FaultySource("a matrix lying on its side", "has the shape [32, 64], not [64, 32]") {
            try $0.writeWeights(
                ModelFolder.shapes.map {
                    ($0.name, $0.name.hasSuffix("0.intermediate.dense.weight") ? [32, 64] : $0.shape)
                })
        },
    ]
}

@Suite struct PackingRefusalTests {
    private func failure(_ model: ModelFolder, _ destination: String? = nil) -> HearthError? {
        #expect(throws: HearthError.self) {
            try ModelPacker(source: model.source, destination: destination ?? model.destination).pack()
        }
    }

    @Test(
        arguments: FaultySource.missing + FaultySource.configuration + FaultySource.tokenizer
            + FaultySource.weights)
    func isRefusedWithItsReasonAndLeavesNothing(_ fault: FaultySource) throws {
        let model = try ModelFolder()
        try fault.spoil(model)
        let error = failure(model)
        #expect(error?.code == .invalidModel)
        #expect(error?.message.contains(fault.message) == true, "\(error?.message ?? "")")
        #expect(try model.leftovers().isEmpty)
    }

    @Test func aFolderThatIsNotEmptyIsLeftAsItIs() throws {
        let model = try ModelFolder()
        try FileManager.default.createDirectory(atPath: model.destination, withIntermediateDirectories: false)
        try Data("x".utf8).write(to: URL(fileURLWithPath: model.destination + "/file"))
        let error = failure(model)
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("not an empty folder") == true)
        #expect(try model.leftovers() == ["bundle"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: model.destination) == ["file"])
    }

    @Test func aFileInThePlaceOfTheFolderIsLeftAsItIs() throws {
        let model = try ModelFolder()
        try Data("x".utf8).write(to: URL(fileURLWithPath: model.destination))
        #expect(failure(model)?.code == .conflict)
        #expect(try model.leftovers() == ["bundle"])
    }

    @Test func anEmptyFolderIsFilled() throws {
        let model = try ModelFolder()
        try FileManager.default.createDirectory(atPath: model.destination, withIntermediateDirectories: false)
        try ModelPacker(source: model.source + "/", destination: model.destination + "//").pack()
        #expect(try FileManager.default.contentsOfDirectory(atPath: model.destination).count == 2)
        #expect(try model.leftovers() == ["bundle"])
    }

    @Test func aPlaceThatDoesNotExistIsAnError() throws {
        let model = try ModelFolder()
        let error = failure(model, model.parent + "/gone/bundle")
        #expect(error?.code == .internalError)
        #expect(error?.message.contains("gone/bundle") == true)
        #expect(try model.leftovers().isEmpty)
    }

    @Test func aFolderWhoseNameIsNoFunctionNameNeedsOne() throws {
        let model = try ModelFolder()
        let odd = model.parent + "/---"
        try FileManager.default.moveItem(atPath: model.source, toPath: odd)
        let error = #expect(throws: HearthError.self) {
            try ModelPacker(source: odd, destination: model.destination).pack()
        }
        #expect(error?.remedy == "Give one with --name.")
        try ModelPacker(source: odd, destination: model.destination, name: FunctionName("odd")).pack()
        #expect(FileManager.default.fileExists(atPath: model.destination + "/model.gguf"))
    }
}
