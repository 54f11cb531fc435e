import Foundation

/// A bundle whose manifest breaks a rule, or whose files are not what it says.
struct MalformedManifest: Sendable {
    let name: String
    let text: [UInt8]
    /// What standard error must say, in any case of letters.
    let mentions: String
    /// Where `link.gguf` of the bundle leads.
    var link: String?

    init(_ name: String, _ text: String, says mentions: String, link: String? = nil) {
        self.name = name
        self.text = Array(text.utf8)
        self.mentions = mentions
        self.link = link
    }

    private init(_ name: String, lines: String, says mentions: String) {
        self.init(name, good + lines + "\n", says: mentions)
    }

    /// Writes the bundle with a good model file in it.
    func write(to folder: HostFolder) throws -> String {
        let place = "malformed/\(name.filter(\.isLetter))"
        try folder.write(text, to: "\(place)/function.yaml")
        try folder.write(TinyModel(seed: 1).bytes, to: "\(place)/model.gguf")
        try folder.write(TinyModel(seed: 1).bytes, to: "malformed/outside.gguf")
        if let link {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("\(place)/link.gguf"), withDestinationPath: link)
        }
        return folder.path(place)
    }

    static let all: [MalformedManifest] = [
        MalformedManifest("nothing", "", says: "function.yaml"),
        MalformedManifest("a list", "- name: a\n", says: "function.yaml"),
        MalformedManifest("two documents", "\(good)---\n\(good)", says: "document"),
        MalformedManifest("no name", "runtime: gguf\nmodel: model.gguf\n", says: "name"),
        MalformedManifest("no runtime", "name: a\nmodel: model.gguf\n", says: "runtime"),
        MalformedManifest("no model", "name: a\nruntime: gguf\n", says: "model"),
        MalformedManifest("an unknown runtime", "name: a\nruntime: ggml\nmodel: model.gguf\n", says: "gguf"),
        MalformedManifest("a runtime to come", "name: a\nruntime: onnx\nmodel: model.gguf\n", says: "onnx"),
        MalformedManifest("an upper-case name", "name: Abc\nruntime: gguf\nmodel: model.gguf\n", says: "Abc"),
        MalformedManifest("a name of a path", "name: ../a\nruntime: gguf\nmodel: model.gguf\n", says: "name"),
        MalformedManifest("an unknown key", lines: "limit: 5", says: "limits"),
        MalformedManifest("an unknown inner key", lines: "limits: { memroy: 1GiB }", says: "limits.memory"),
        MalformedManifest("a key twice", lines: "task: embed\ntask: embed", says: "task"),
        MalformedManifest("a list for a size", lines: "limits: { memory: [1] }", says: "memory"),
        MalformedManifest("a size of no size", lines: "limits: { memory: lots }", says: "memory"),
        MalformedManifest(
            "a size beyond 64 bits", lines: "limits: { maxBody: 99999999999TiB }", says: "maxBody"),
        MalformedManifest("a duration without a unit", lines: "limits: { timeout: 30 }", says: "timeout"),
        MalformedManifest("a negative number", lines: "limits: { threads: -1 }", says: "threads"),
        MalformedManifest("a number in quotes", lines: "limits: { threads: \"2\" }", says: "threads"),
        MalformedManifest("too many threads", lines: "limits: { threads: 257 }", says: "256"),
        MalformedManifest("more than the most", lines: "scaling: { min: 3, max: 2 }", says: "scaling"),
        MalformedManifest("an unknown policy", lines: "scaling: { keepAlive: always }", says: "keepAlive"),
        MalformedManifest("an unknown task", lines: "task: dance", says: "embed"),
        MalformedManifest("an anchor", "name: &a b\nruntime: gguf\nmodel: model.gguf\n", says: "anchor"),
        MalformedManifest("a tag", "name: !secret a\nruntime: gguf\nmodel: model.gguf\n", says: "tag"),
        MalformedManifest("a bomb", bomb, says: "function.yaml"),
        MalformedManifest(
            "a deep list", good + "command: " + String(repeating: "[", count: 5000), says: "bracket"),
        MalformedManifest(
            "much text", good + "# " + String(repeating: "x", count: 300 << 10) + "\n", says: "256KiB"),
        MalformedManifest("a NUL", "name: a\0b\nruntime: gguf\nmodel: model.gguf\n", says: "function.yaml"),
        MalformedManifest("an open quote", "name: 'a\nruntime: gguf\n", says: "function.yaml"),
        MalformedManifest("a way up", "name: a\nruntime: gguf\nmodel: ../outside.gguf\n", says: ".."),
        MalformedManifest(
            "a whole path", "name: a\nruntime: gguf\nmodel: /etc/passwd\n", says: "/etc/passwd"),
        MalformedManifest("a backslash", "name: a\nruntime: gguf\nmodel: \"a\\\\b.gguf\"\n", says: "model"),
        MalformedManifest(
            "a missing file", "name: a\nruntime: gguf\nmodel: other.gguf\n", says: "other.gguf"),
        MalformedManifest("a folder for a file", "name: a\nruntime: gguf\nmodel: .\n", says: "model"),
        MalformedManifest("a link out", linked, says: "symbolic link", link: "../outside.gguf"),
        MalformedManifest("a link to a device", linked, says: "link.gguf", link: "/dev/zero"),
        MalformedManifest("a link to itself", linked, says: "link.gguf", link: "link.gguf"),
        MalformedManifest("a link to nothing", linked, says: "link.gguf", link: "nowhere.gguf"),
        MalformedManifest("a missing prompt", lines: "snapshot: { prompt: system.txt }", says: "system.txt"),
    ]
}

private let good = "name: a\nruntime: gguf\nmodel: model.gguf\n"
private let linked = "name: a\nruntime: gguf\nmodel: link.gguf\n"

/// Nine levels of ten references each: a thousand million words once written out.
private let bomb =
    (["a0: &a0 x"]
    + (1...9).map {
        "a\($0): &a\($0) [\([String](repeating: "*a\($0 - 1)", count: 10).joined(separator: ","))]"
    })
    .joined(separator: "\n") + "\n" + good
