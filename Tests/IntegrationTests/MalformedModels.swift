/// A model file that no worker can use.
struct MalformedModel: Sendable {
    let name: String
    let bytes: [UInt8]
    /// What standard error must say, in any case of letters.
    let mentions: String
}

/// Damaged and hostile variants of a ``TinyModel``.
enum MalformedModels {
    static let all = otherFiles + truncated + headers + keys + tensors

    private static func model(
        _ name: String, says mentions: String, _ change: (inout GGUFBytes) -> Void
    ) -> MalformedModel {
        var model = TinyModel(seed: 1)
        change(&model.gguf)
        return MalformedModel(name: name, bytes: model.bytes, mentions: mentions)
    }

    private static let otherFiles: [MalformedModel] = [
        MalformedModel(name: "nothing", bytes: [], mentions: "0 bytes"),
        MalformedModel(name: "one byte", bytes: [0x47], mentions: "1 bytes"),
        MalformedModel(
            name: "a text", bytes: Array("This is not a model, and it is long enough.".utf8), mentions: "GGUF"
        ),
        MalformedModel(
            name: "safetensors",
            bytes: GGUFBytes.number(UInt64(60))
                + Array(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}      "#.utf8) + [
                    0, 0, 0, 0,
                ],
            mentions: "GGUF"),
        MalformedModel(name: "zeros", bytes: [UInt8](repeating: 0, count: 4096), mentions: "GGUF"),
    ]

    /// Cut within each part of the file.
    private static let truncated: [MalformedModel] = {
        let (bytes, layout) = TinyModel(seed: 1).gguf.build()
        return [
            ("the magic number", 3), ("the header", 20), ("the first key", layout.keys + 5),
            ("the keys", (layout.keys + layout.tensors) / 2), ("the last key", layout.tensors - 1),
            ("the first tensor's entry", layout.tensors + 9),
            ("the directory", (layout.tensors + layout.data) / 2),
            ("the end of the directory", layout.data - 32), ("the first tensor", layout.data + 1),
            ("the tensors", (layout.data + bytes.count) / 2), ("the last tensor", bytes.count - 33),
        ].map { name, count in
            MalformedModel(name: "cut within \(name)", bytes: Array(bytes.prefix(count)), mentions: "byte")
        }
    }()

    /// The numbers at the front, overwritten.
    private static let headers: [MalformedModel] = [
        ("version 1", 4, GGUFBytes.number(UInt32(1)), "version 1"),
        ("big-endian", 4, GGUFBytes.number(UInt32(3).byteSwapped), "big-endian"),
        ("a million tensors", 8, GGUFBytes.number(UInt64(1 << 20)), "tensors"),
        ("2^64-1 tensors", 8, GGUFBytes.number(UInt64.max), "tensors"),
        ("2^63 keys", 16, GGUFBytes.number(UInt64(1) << 63), "keys"),
        ("one key more", 16, GGUFBytes.number(UInt64(14)), ""),
        ("one tensor more", 8, GGUFBytes.number(UInt64(24)), ""),
        ("a key of 2^60 bytes", 24, GGUFBytes.number(UInt64(1 << 60)), "bytes"),
        ("a key without a name", 24, GGUFBytes.number(UInt64(0)), "0 bytes"),
    ].map { name, offset, number, mentions in
        var bytes = TinyModel(seed: 1).bytes
        bytes.replaceSubrange(offset..<offset + number.count, with: number)
        return MalformedModel(name: name, bytes: bytes, mentions: mentions)
    }

    private static let keys: [MalformedModel] = [
        model("another architecture", says: "llama") {
            $0.remove("general.architecture")
            $0.set("general.architecture", "llama")
        },
        model("no architecture", says: "general.architecture") { $0.remove("general.architecture") },
        model("no vocabulary", says: "tokenizer.ggml.tokens") { $0.remove("tokenizer.ggml.tokens") },
        model("an empty vocabulary", says: "vocabulary") {
            $0.remove("tokenizer.ggml.tokens")
            $0.set("tokenizer.ggml.tokens", [])
        },
        model("a mark outside the vocabulary", says: "cls_token_id") {
            $0.remove("tokenizer.ggml.cls_token_id")
            $0.set("tokenizer.ggml.cls_token_id", UInt32(99))
        },
        model("a text for a number", says: "bert.block_count") {
            $0.remove("bert.block_count")
            $0.set("bert.block_count", "one")
        },
        model("no layers", says: "bert.block_count") {
            $0.remove("bert.block_count")
            $0.set("bert.block_count", UInt32(0))
        },
        model("more layers than tensors", says: "blk.1.") {
            $0.remove("bert.block_count")
            $0.set("bert.block_count", UInt32(2))
        },
        model("heads that do not divide", says: "head_count") {
            $0.remove("bert.attention.head_count")
            $0.set("bert.attention.head_count", UInt32(3))
        },
        model("a wide model", says: "embedding_length") {
            $0.remove("bert.embedding_length")
            $0.set("bert.embedding_length", UInt32.max)
        },
        model("a key twice", says: "general.architecture") { $0.set("general.architecture", "bert") },
        model("an unknown type of value", says: "type") {
            $0.keys.append(("extra", GGUFBytes.number(UInt32(99))))
        },
        model("a list of lists", says: "array") {
            $0.keys.append(
                (
                    "extra",
                    GGUFBytes.number(UInt32(9)) + GGUFBytes.number(UInt32(9)) + GGUFBytes.number(UInt64(1))
                ))
        },
        model("a list of 2^61 numbers", says: "extra") {
            $0.keys.append(
                (
                    "extra",
                    GGUFBytes.number(UInt32(9)) + GGUFBytes.number(UInt32(4))
                        + GGUFBytes.number(UInt64(1 << 61))
                ))
        },
        model("a text of 2^63 bytes", says: "extra") {
            $0.keys.append(("extra", GGUFBytes.number(UInt32(8)) + GGUFBytes.number(UInt64(1) << 63)))
        },
        model("an odd alignment", says: "alignment") { $0.set("general.alignment", UInt32(24)) },
        model("an alignment of nothing", says: "alignment") { $0.set("general.alignment", UInt32(0)) },
    ]

    private static let tensors: [MalformedModel] = [
        model("a tensor missing", says: "token_types.weight") {
            $0.tensors.removeAll { $0.name == "token_types.weight" }
        },
        model("a tensor twice", says: "token_embd.weight") { $0.tensors.append($0.tensors[0]) },
        model("a shape that overflows", says: "overflows") { $0.tensors[0].dimensions = [1 << 32, 1 << 32] },
        model("a shape of 2^63", says: "token_embd.weight") {
            $0.tensors[0].dimensions = [32, UInt64(1) << 63]
        },
        model("a dimension of nothing", says: "token_embd.weight") { $0.tensors[0].dimensions = [32, 0] },
        model("no dimensions", says: "dimensions") { $0.tensors[0].dimensions = [] },
        model("five dimensions", says: "dimensions") { $0.tensors[0].dimensions = [2, 2, 2, 2, 2] },
        model("another shape", says: "token_types.weight") { $0.tensors[1].dimensions = [16, 4] },
        model("an unknown type", says: "type 250") { $0.tensors[0].type = 250 },
        model("a type without kernels", says: "token_embd.weight") { $0.tensors[0].type = 30 },
        model("a block that does not fit", says: "block") {
            $0.tensors[0].dimensions = [31, 10]
            $0.tensors[0].type = 8
        },
        model("an offset beyond the file", says: "token_embd.weight") {
            $0.tensors[0].claimedOffset = 1 << 40
        },
        model("an offset of 2^64-32", says: "token_embd.weight") {
            $0.tensors[0].claimedOffset = UInt64.max - 31
        },
        model("an odd offset", says: "offset") { $0.tensors[0].claimedOffset = 7 },
        model("tensors that overlap", says: "overlap") { $0.tensors[1].claimedOffset = 0 },
        model("a tensor of 65 letters", says: "64") {
            $0.tensors[0].name = String(repeating: "t", count: 65)
        },
        model("weights that are no numbers", says: "finite") {
            let count = $0.tensors[0].data.count / 4
            $0.tensors[0].data = (0..<count).flatMap { _ in GGUFBytes.number(Float.nan.bitPattern) }
        },
    ]
}
