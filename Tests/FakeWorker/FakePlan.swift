import Glibc

/// What the fake worker is to do: lines of a key, or of a key and its value after the first space.
///
/// | line | meaning |
/// |---|---|
/// | `delay MS` | wait before anything else |
/// | `exit STATUS` | end before READY |
/// | `fail TEXT` | say why it cannot serve, then end with 65 |
/// | `silent` | never say READY, and ignore SIGTERM |
/// | `deaf` | serve, and ignore SIGTERM |
/// | `say TEXT` | write a line to the log at start |
/// | `flood N` | write N lines to the log at start |
/// | `validate-fail TEXT`, `validate-exit STATUS` | the same where a model is to be judged |
struct FakePlan: Sendable {
    private let program: String
    private let lines: [(key: String, value: String)]

    init(program: String) {
        self.program = program
        lines = Self.read("\(program).plan").split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    subscript(key: String) -> String? { lines.first { $0.key == key }?.value }

    func all(_ key: String) -> [String] { lines.filter { $0.key == key }.map(\.value) }

    func number(_ key: String) -> Int? { self[key].flatMap { Int($0) } }

    /// Adds a line to the list of starts.
    func recordStart(_ line: String) {
        let file = open("\(program).starts", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        Self.write(line + "\n", to: file)
        close(file)
    }

    static func write(_ text: String, to descriptor: CInt) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = Glibc.read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
