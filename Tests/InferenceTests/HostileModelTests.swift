import Inference
import Kernels
import ModelFiles
import TestSupport
import Testing

@Suite("Hostile models") struct HostileModelTests {
    /// What every case is a change of.
    private static let sound: SyntheticBert = {
        var generator = SeededGenerator(seed: 7)
        return SyntheticBert(&generator)
    }()

    /// The error of opening a changed model, which must contain some words.
    private func expectError(
        _ words: [String], _ location: SourceLocation = #_sourceLocation,
        _ change: (inout SyntheticBert) -> Void
    ) throws {
        var synthetic = Self.sound
        change(&synthetic)
        let file = try synthetic.file(in: TemporaryFolder())
        let error = #expect(throws: ModelFileError.self, sourceLocation: location) {
            try EmbeddingModel(file)
        }
        for word in words {
            #expect(
                error?.description.contains(word) == true, "\(word) in: \(error?.description ?? "")",
                sourceLocation: location)
        }
    }

    @Test(
        arguments: [
            ("bert.block_count", .uint32(0)),
            ("bert.block_count", .uint32(1_000_000_000)),
            ("bert.block_count", .uint64(1 << 62)),
            ("bert.block_count", .int32(-1)),
            ("bert.context_length", .uint32(0)),
            ("bert.context_length", .uint32(.max)),
            ("bert.embedding_length", .uint32(0)),
            ("bert.embedding_length", .uint32(.max)),
            ("bert.feed_forward_length", .uint32(0)),
            ("bert.feed_forward_length", .uint32(.max)),
            ("bert.attention.head_count", .uint32(0)),
            ("bert.attention.head_count", .uint32(3)),
            ("bert.attention.head_count", .uint32(128)),
            ("bert.attention.layer_norm_epsilon", .float32(.nan)),
            ("bert.attention.layer_norm_epsilon", .float32(.infinity)),
            ("bert.attention.layer_norm_epsilon", .float32(0)),
            ("bert.attention.layer_norm_epsilon", .float32(-1e-5)),
            ("bert.attention.layer_norm_epsilon", .string("1e-5")),
            ("bert.attention.causal", .bool(true)),
            ("bert.pooling_type", .uint32(0)),
            ("bert.pooling_type", .uint32(4)),
            ("hearth.max_sequence_length", .uint32(0)),
        ] as [(String, GGUFMetadataValue)])
    func anAbsurdKeyIsNamed(key: String, value: GGUFMetadataValue) throws {
        try expectError([key]) { $0.set(key, value) }
    }

    @Test(arguments: [
        "bert.block_count", "bert.context_length", "bert.embedding_length", "bert.feed_forward_length",
        "bert.attention.head_count", "bert.attention.layer_norm_epsilon", "general.architecture",
    ])
    func aMissingKeyIsNamed(key: String) throws {
        try expectError([key]) { $0.set(key, nil) }
    }

    @Test func anotherArchitectureIsRefused() throws {
        try expectError(["llama", "bert"]) { $0.set("general.architecture", .string("llama")) }
    }

    @Test func everyTensorIsNeeded() throws {
        for name in Self.sound.names {
            try expectError([name]) { $0.remove(name) }
        }
    }

    @Test func moreLayersThanTheFileHasAreRefused() throws {
        try expectError(["blk.2."]) { $0.set("bert.block_count", .uint32(1_000)) }
    }

    @Test func everyTensorMustHaveItsShape() throws {
        for name in Self.sound.names {
            let shape = try #require(Self.sound.tensors[name]).dimensions
            for wrong in [shape.map { $0 + 32 }, shape + [2], [shape[0] / 2] + shape.dropFirst()] {
                try expectError([name, "\(wrong)"]) { $0.replace(name, wrong) }
            }
        }
    }

    @Test func matricesMustNotBeTransposed() throws {
        let (width, inner) = (SyntheticBert.width, SyntheticBert.inner)
        try expectError(["ffn_up", "[\(width), \(inner)]", "[\(inner), \(width)]"]) {
            $0.replace("blk.1.ffn_up.weight", [inner, width])
        }
    }

    @Test(arguments: [WeightFormat.f16, .q8_0, .q4_0])
    func vectorsMustBeF32(format: WeightFormat) throws {
        for name in ["token_embd_norm.bias", "blk.0.attn_q.bias", "blk.1.layer_output_norm.weight"] {
            try expectError([name, "F32", format.name]) { $0.replace(name, [SyntheticBert.width], format) }
        }
    }

    @Test func weightsThatAreNotFiniteDoNoHarm() throws {
        var generator = SeededGenerator(seed: 7)
        for format in WeightFormat.allCases {
            var synthetic = SyntheticBert(&generator, format)
            for name in synthetic.names {
                let count = synthetic.tensors[name]?.values.count ?? 0
                let bad: [Float] = [.nan, .infinity, -.infinity, 3e38]
                synthetic.tensors[name]?.values = (0..<count).map { bad[$0 % 4] }
            }
            let model = try EmbeddingModel(synthetic.file(in: TemporaryFolder()))
            let vector = try model.embed([[1, 2, 3]])[0]
            #expect(vector.count == SyntheticBert.width)
        }
    }
}
