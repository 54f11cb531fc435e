import Bundles
import Foundation
import FunctionTypes
import Testing

/// Manifests that are refused. Each message names the thing, and its line where it has one.
@Suite struct MalformedManifestTests {
    private static let head = "name: f\nruntime: gguf\nmodel: m.gguf\n"

    private func expectFault(_ text: String, _ parts: [String]) {
        let error = #expect(throws: HearthError.self) { try ManifestReader.read(text) }
        #expect(error?.code == .invalidManifest)
        let told = error?.description ?? ""
        for part in parts { #expect(told.contains(part), "'\(part)' is not in: \(told)") }
    }

    @Test(
        "keys that are unknown, missing or there twice",
        arguments: [
            (
                "limits:\n  memroy: 1GiB",
                ["line 5", "limits.memroy is unknown", "Did you mean limits.memory?"]
            ),
            (
                "scaling: {keepalive: auto}",
                ["line 4", "scaling.keepalive", "Did you mean scaling.keepAlive?"]
            ),
            ("taks: embed", ["the key taks is unknown", "Did you mean task?"]),
            ("memory: 1GiB", ["the key memory is unknown", "Did you mean limits.memory?"]),
            ("concurency: 3", ["the key concurency", "Did you mean scaling.concurrency?"]),
            (
                "zzz: 1",
                [
                    "the key zzz is unknown",
                    "name, runtime, model, command, files, directories, port, task, limits, scaling, snapshot",
                ]
            ),
            ("limits: {gpu: 1}", ["limits.gpu is unknown", "memory, threads, timeout, maxBody"]),
            ("snapshot: {promt: a}", ["snapshot.promt", "snapshot.prompt"]),
            ("3: 4", ["the key 3 is unknown"]), ("true: 4", ["the key true is unknown"]),
            ("~: 4", ["the key ~ is unknown"]), ("<<: {a: b}", ["the key << is unknown"]),
            ("? [a, b]\n: 4", ["line 4", "not a plain word"]),
            ("name: g", ["line", "the key name is there twice"]),
            ("\"name\": g", ["the key name is there twice"]),
            ("limits: {threads: 1, threads: 2}", ["line 4", "the key threads is there twice"]),
            ("limits: {}\nlimits: {}", ["the key limits is there twice"]),
            ("a\u{1b}[31mb: 1", ["function.yaml"]),
        ])
    func keys(_ extra: String, _ parts: [String]) { expectFault(Self.head + extra + "\n", parts) }

    @Test(
        "values of a wrong type or outside their bounds",
        arguments: [
            ("task: [embed]", ["line 4", "task: expected a text, found a list"]),
            ("task: 3", ["task: expected a text, found the number 3", "quotes"]),
            (
                "task: embedd",
                ["task: 'embedd' is not one of embed, generate, classify", "Did you mean embed?"]
            ),
            ("task:", ["task: expected a text, found nothing"]), ("task: ~", ["task", "found nothing"]),
            ("task: yes", ["task: expected a text, found the boolean yes"]),
            ("task: 1.5", ["task: expected a text, found the number 1.5"]),
            ("task: 2024-01-01", ["task: expected a text, found the date 2024-01-01"]),
            ("limits: 3", ["limits: expected a mapping", "found the number 3"]),
            ("limits:", ["limits: expected a mapping", "found nothing"]),
            ("scaling: [1]", ["scaling: expected a mapping", "found a list"]),
            ("limits: {memory: lots}", ["line 4", "limits.memory: 'lots' is not a number of bytes"]),
            ("limits: {memory: 1.5GiB}", ["limits.memory", "not a whole number"]),
            (
                "limits: {memory: 1.5}",
                ["limits.memory: expected a size such as 512MiB, found the number 1.5"]
            ),
            ("limits: {memory: {a: 1}}", ["limits.memory: expected a size", "found a mapping"]),
            ("limits: {memory: 1KiB}", ["limits.memory is 1KiB, outside 16MiB to 1TiB"]),
            ("limits: {memory: 9999999999GiB}", ["limits.memory", "too large"]),
            ("limits: {threads: two}", ["limits.threads: expected a whole number, found the text 'two'"]),
            ("limits: {threads: '2'}", ["limits.threads: expected a whole number, found the text '2'"]),
            ("limits: {threads: 0x10}", ["limits.threads", "plain decimal digits", "0x10"]),
            ("limits: {threads: 1_000}", ["limits.threads", "plain decimal digits"]),
            ("limits: {threads: 010}", ["limits.threads", "plain decimal digits"]),
            ("limits: {threads: 99999999999999999999}", ["limits.threads", "plain decimal digits"]),
            ("limits: {threads: 0}", ["limits.threads is 0, outside 1 to 256"]),
            ("limits: {threads: -1}", ["limits.threads is -1"]),
            ("limits: {timeout: 30}", ["line 4", "limits.timeout: '30' has no unit", "30s"]),
            ("limits: {timeout: 30 seconds}", ["limits.timeout", "30 seconds"]),
            ("limits: {timeout: 1m1h}", ["limits.timeout", "out of order"]),
            ("limits: {timeout: 2d}", ["limits.timeout is 2d, outside 100ms to 1d"]),
            (
                "limits: {timeout: true}",
                ["limits.timeout: expected a duration such as 30s, found the boolean true"]
            ),
            ("limits: {maxBody: 0}", ["limits.maxBody is 0"]),
            ("scaling: {min: 2}", ["scaling.min is 2, more than scaling.max, which is 1"]),
            ("scaling: {max: 0}", ["scaling.max is 0"]), ("scaling: {max: many}", ["scaling.max", "'many'"]),
            ("scaling: {concurrency: 0}", ["scaling.concurrency is 0"]),
            ("scaling: {keepAlive: never}", ["scaling.keepAlive", "'never'"]),
            ("scaling: {keepAlive: 31d}", ["scaling.keepAlive is 31d"]),
            ("scaling: {keepAlive: false}", ["scaling.keepAlive: expected auto, forever or a duration"]),
            ("command: uvicorn", ["command: expected a list of texts, found the text 'uvicorn'"]),
            ("command: [a, 3]", ["command[1]: expected a text, found the number 3", "quotes"]),
            ("command: [a, [b]]", ["command[1]: expected a text, found a list"]),
            ("command: [a]", ["command does not go with the runtime gguf"]),
            ("snapshot: system.txt", ["snapshot: expected a mapping"]),
            ("snapshot: {prompt: ../secret}", ["snapshot.prompt", "'.' or '..'"]),
            ("snapshot: {prompt: /etc/passwd}", ["snapshot.prompt", "is absolute"]),
        ])
    func values(_ extra: String, _ parts: [String]) { expectFault(Self.head + extra + "\n", parts) }

    @Test(
        "keys of a program",
        arguments: [
            ("fiels: [a]", ["line 4", "the key fiels is unknown", "Did you mean files?"]),
            ("directory: [/a]", ["the key directory is unknown"]),
            ("ports: 80", ["the key ports is unknown", "Did you mean port?"]),
            ("scaling: {port: 80}", ["scaling.port is unknown", "Did you mean port?"]),
            ("files: app", ["line 4", "files: expected a list of texts, found the text 'app'"]),
            ("files:", ["files: expected a list of texts, found nothing"]),
            ("files: {a: b}", ["files: expected a list of texts, found a mapping"]),
            ("files: [a, 3]", ["files[1]: expected a text, found the number 3", "quotes"]),
            ("files: [a, [b]]", ["files[1]: expected a text, found a list"]),
            ("files:\n  - a\n  - ../b", ["line 6", "files[1]: The path '../b' has a '.' or '..' in it"]),
            ("files: [.]", ["files[0]", "'.' or '..'"]), ("files: [/etc]", ["files[0]", "is absolute"]),
            ("files: [a/]", ["files[0]", "empty name"]), ("files: ['']", ["files[0]", "is empty"]),
            ("files: [a, b, a]", ["files names 'a' twice", "Keep one"]),
            ("directories: /usr", ["line 4", "directories: expected a list of texts"]),
            ("directories: [/usr, ~]", ["directories[1]: expected a text, found nothing"]),
            ("directories: [usr]", ["line 4", "directories[0]: The directory 'usr' is not absolute"]),
            ("directories: [/]", ["directories[0]", "is the root of the host"]),
            ("directories: [/usr/]", ["directories[0]", "empty name"]),
            ("directories: [/a/../b]", ["directories[0]", "'.' or '..'"]),
            ("directories: [\"/a\\n\"]", ["directories[0]", "control"]),
            ("directories: [/a, /a]", ["directories names '/a' twice"]),
            ("port: '80'", ["line 4", "port: expected a whole number, found the text '80'"]),
            ("port: 80.5", ["port: expected a whole number, found the number 80.5"]),
            ("port: 0x50", ["port", "plain decimal digits"]), ("port:", ["port", "found nothing"]),
            ("port: [80]", ["port: expected a whole number, found a list"]),
            ("port: 0", ["port is 0, outside 1 to 65535"]), ("port: 65536", ["port is 65536"]),
            ("port: -1", ["port is -1"]), ("model: m", ["model does not go with the runtime exec"]),
            ("snapshot: {prompt: p}", ["snapshot.prompt does not go with the runtime exec"]),
        ])
    func programs(_ extra: String, _ parts: [String]) {
        expectFault("name: f\nruntime: exec\ncommand: [serve]\n" + extra + "\n", parts)
    }

    @Test(
        "keys of a program beside a model",
        arguments: [("files: [a]", "files"), ("directories: [/a]", "directories"), ("port: 80", "port")])
    func programKeysOfAModel(_ extra: String, _ key: String) {
        for runtime in ["gguf", "onnx"] {
            expectFault(
                "name: f\nruntime: \(runtime)\nmodel: m\n\(extra)\n",
                ["The key \(key) does not go with the runtime \(runtime)", "Remove it, or set runtime: exec"])
        }
    }

    @Test(
        "the first keys",
        arguments: [
            ("runtime: gguf\nmodel: m", ["the key name is missing", "name: minilm"]),
            ("name: f\nmodel: m", ["the key runtime is missing"]),
            ("name: f\nruntime: gguf", ["The key model is missing"]),
            ("name: f\nruntime: exec", ["The key command is missing"]),
            ("name: f\nruntime: exec\ncommand: []", ["The key command is missing or empty"]),
            ("name: f\nruntime: exec\nmodel: m\ncommand: [a]", ["model does not go with"]),
            (
                "name: f\nruntime: exec\ncommand: [bin/a]\nfiles: [lib]",
                ["'bin/a' of the bundle, which files does not name"]
            ),
            ("name: f\nruntime: exec\ncommand: [../a]", ["command[0] names no file", "'..'", "./serve"]),
            ("name: f\nruntime: ggfu\nmodel: m", ["line 2", "runtime: 'ggfu'", "Did you mean gguf?"]),
            ("name: f\nruntime: Gguf\nmodel: m", ["runtime: 'Gguf'"]),
            ("name: F\nruntime: gguf\nmodel: m", ["line 1", "name: The function name 'F'"]),
            ("name: no\nruntime: gguf\nmodel: m", ["name: expected a text, found the boolean no"]),
            ("name: 1\nruntime: gguf\nmodel: m", ["name: expected a text, found the number 1"]),
            ("name: f\nruntime: gguf\nmodel: a\\b", ["model", "backslash"]),
            ("name: f\nruntime: gguf\nmodel: ''", ["model", "is empty"]),
            ("name: f\nruntime: gguf\nmodel: \"a\\0b\"", ["model", "control"]),
        ])
    func firstKeys(_ text: String, _ parts: [String]) { expectFault(text + "\n", parts) }

    @Test(
        "YAML that is broken or more than a manifest needs",
        arguments: [
            ("", ["is empty"]), ("# nothing\n", ["is empty"]),
            ("---\n", ["expected a mapping", "found nothing"]),
            ("just words", ["expected a mapping of keys to values, found the text 'just words'"]),
            ("- a\n- b", ["expected a mapping", "found a list"]),
            ("3", ["expected a mapping", "the number 3"]),
            ("name: f\n---\nname: g\n", ["line 3", "second document"]),
            ("name: f\n--- x\n", ["second document"]),
            ("name: [f", ["line", "is not YAML"]), ("name: f\n\truntime: gguf", ["line 2", "is not YAML"]),
            ("name: \"f", ["is not YAML"]), ("name: f: g", ["line 1", "is not YAML"]), ("}", ["is not YAML"]),
            ("name: @f", ["is not YAML"]), ("name: \u{1}", ["is not YAML"]),
            ("name: &a f\nruntime: gguf\nmodel: m", ["line 1", "anchors"]),
            ("name: f\nruntime: gguf\nmodel: &m m\nsnapshot: {prompt: *m}", ["line 3", "anchors"]),
            ("&r\nname: f\nruntime: gguf\nmodel: m", ["anchors"]), ("? &k name\n: f", ["line 1", "anchors"]),
            ("name: *f", ["is not YAML", "undefined alias"]),
            ("name: f\nruntime: gguf\nmodel: m\nlimits: !!set {memory}", ["line 4", "tag"]),
            ("name: !x f", ["line 1", "the tag !x"]), ("name: !!binary Zg==", ["the tag"]),
            ("!!omap\n- name: f", ["tag"]),
        ])
    func documents(_ text: String, _ parts: [String]) { expectFault(text, parts) }

    @Test func bytesThatAreNoTextAreRefused() {
        for bytes: [UInt8] in [[0xff, 0xfe, 0x6e, 0x00], [0x6e, 0x3a, 0x20, 0xc3], [0xed, 0xa0, 0x80]] {
            let error = #expect(throws: HearthError.self) { try ManifestReader.read(bytes) }
            #expect(error?.code == .invalidManifest)
            #expect(error?.message.contains("UTF-8") == true)
        }
    }

    @Test func aMessageShowsNoEndlessTextAndNoControlCharacters() {
        let long = String(repeating: "x", count: 10_000)
        for text in [
            "\(long): 1", "name: \(long)", "name: f\nruntime: \(long)", "name: \"\\u001b[31m\"",
            "\"\\u001b\": 1",
        ] {
            let error = #expect(throws: HearthError.self) { try ManifestReader.read(text) }
            let told = error?.description ?? ""
            #expect(told.utf8.count < 1000)
            #expect(!told.unicodeScalars.contains("\u{1b}"))
        }
    }
}
