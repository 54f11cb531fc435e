import Glibc
import Kernels
import LinuxSystem
import ModelFiles

// Writes the inputs from which the fuzzers start: Seeds FOLDER. Most are valid, so that mutations get beyond the header.

func save(_ bytes: [UInt8], _ folder: String, _ name: String) throws {
    let path = CommandLine.arguments[1] + "/" + folder
    mkdir(CommandLine.arguments[1], 0o755)
    mkdir(path, 0o755)
    let file = try FileDescriptor.open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    _ = write(file.number, bytes, bytes.count)
}

func save(_ writer: GGUFWriter, _ name: String) throws {
    var path = Array("/tmp/hearth-seed-XXXXXX".utf8CString)
    let file = FileDescriptor(owning: mkstemp(&path))
    unlink(path)
    try writer.write(to: file) { tensor, sink in
        let bytes = [UInt8](repeating: 1, count: tensor.byteCount)
        try sink(bytes.span.bytes)
    }
    let bytes = try withExtendedLifetime(MappedFile(file)) { Array($0.bytes) }
    try save(bytes, "GGUFFuzz", name)
    if let place = bytes.indices.first(where: { bytes[$0...].starts(with: "general.align".utf8) }) {
        var spoilt = bytes
        spoilt[place + 25] = 64
        try save(spoilt, "GGUFFuzz", name + "-alignment")
    }
}

var empty = GGUFWriter()
try save(empty, "empty")
empty.set("u32", .uint32(1))
try save(empty, "one-key")

var scalars = GGUFWriter()
scalars.set("general.architecture", .string("bert"))
scalars.set("u64", .uint64(7))
scalars.set("i32", .int32(-1))
scalars.set("f32", .float32(1))
scalars.set("yes", .bool(true))
scalars.set("ints", .int32s([1, 2, 3]))
scalars.set("floats", .float32s([1, 2]))
scalars.set("strings", .strings(["a", "bc", ""]))
try save(scalars, "scalars")

var tensors = GGUFWriter()
for format in WeightFormat.allCases { try tensors.add(tensor: format.name, format, dimensions: [32, 2]) }
try tensors.add(tensor: "four", .f32, dimensions: [1, 2, 1, 2])
try save(tensors, "tensors")

var vocabulary = GGUFWriter()
vocabulary.set("tokenizer.ggml.model", .string("bert"))
vocabulary.set("tokenizer.ggml.tokens", .strings(["[UNK]", "[CLS]", "[SEP]", "▁a", "b", "▁cat"]))
vocabulary.set("tokenizer.ggml.token_type", .int32s([3, 3, 3, 1, 1, 1]))
vocabulary.set("tokenizer.ggml.bos_token_id", .uint32(1))
vocabulary.set("tokenizer.ggml.eos_token_id", .uint32(2))
vocabulary.set("tokenizer.ggml.unknown_token_id", .uint32(0))
vocabulary.set("tokenizer.ggml.normalizer.lowercase", .bool(true))
try save(vocabulary, "vocabulary")

let headers = [
    "{}", #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},"b\n\u00e9\ud83d\ude00":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}"#,
]
for (number, header) in headers.enumerated() {
    let length = header.utf8.count
    let bytes = [UInt8(length & 255), UInt8(length >> 8), 0, 0, 0, 0, 0, 0] + Array(header.utf8)
    try save(bytes + [UInt8](repeating: 0x3F, count: number == 0 ? 0 : 8), "SafetensorsFuzz", "\(number)")
}

let texts = [
    "The cat sits, don't it?", "中文 é e\u{301} 가각 [SEP] \u{0}\u{200D}", "👩‍👩‍👧‍👦 İ ẞ ≠",
    String(repeating: "x", count: 101),
]
for (number, text) in texts.enumerated() { try save(Array(text.utf8), "TextFuzz", "\(number)") }

let manifests = [
    "name: minilm\nruntime: gguf\nmodel: model.gguf\ntask: embed\n",
    """
    name: a.b
    runtime: exec
    command: [bin/serve, --fd, "3"]
    files: [bin, model.onnx]
    directories: [/usr/lib/python3, /opt/models]
    port: 8000
    limits: { memory: 512MiB, threads: 2, timeout: 30s, maxBody: 4MiB }
    scaling:
      min: 0
      max: 4
      concurrency: 8
      keepAlive: auto
    """,
    "name: x\nruntime: gguf\nmodel: m.gguf\nsnapshot: { prompt: system.txt }\nscaling: { keepAlive: 90s }\n",
    "name: &a x\nruntime: *a\n", "- 1\n- [2, {a: b}]\n", "a: |\n  text\nb: >-\n  more\n? c\n: !!int 1\n",
]
for (number, text) in manifests.enumerated() { try save(Array(text.utf8), "ManifestFuzz", "\(number)") }
