import FunctionTypes
import Glibc

/// Log lines on standard output: as they are, or each as a JSON string.
struct LogOutput {
    private let asJSON: Bool
    private var rest: [UInt8] = []

    init(asJSON: Bool) { self.asJSON = asJSON }

    mutating func print(_ bytes: some Sequence<UInt8>) {
        rest += bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            write(rest[..<end])
            rest.removeSubrange(...end)
        }
        fflush(nil)
    }

    mutating func finish() {
        if !rest.isEmpty { write(rest[...]) }
        rest = []
    }

    private func write(_ line: ArraySlice<UInt8>) {
        let text = String(decoding: line, as: UTF8.self)
        Swift.print(asJSON ? JSONText.quoted(text) : text)
    }
}
