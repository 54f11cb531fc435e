import Foundation
import TestSupport
import Testing

@testable import Gateway

/// Random documents: the scanner finds what a parser finds, whole or byte by byte.
struct RandomJSONTests {
    @Test func theScannerAgreesWithAParser() throws {
        var generator = SeededGenerator()
        var found = 0
        for _ in 0..<2000 {
            let text = object(depth: 3, &generator)
            let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let expected = parsed?["model"]
            let outcome = scan([Array(text.utf8)])
            switch outcome {
            case .found(let name):
                #expect(expected as? String == name, "\(text); \(generator)")
                found += 1
            case .absent(let reason):
                let hasName =
                    (expected as? String).map { !$0.contains(where: { "\"\\\n".contains($0) }) } ?? false
                #expect(!hasName, "\(reason) in \(text); \(generator)")
            case .needsMore: Issue.record("a complete body needs nothing more: \(text); \(generator)")
            }
            #expect(scan(text.utf8.map { [$0] }) == outcome, "\(text); \(generator)")
        }
        #expect(found > 50, "\(generator)")
    }

    @Test func aCutOrDamagedBodyIsHarmless() {
        var generator = SeededGenerator()
        for _ in 0..<2000 {
            var bytes = Array(object(depth: 3, &generator).utf8)
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[position] = UInt8.random(in: 0...255, using: &generator)
            }
            let whole = scan([bytes])
            #expect(whole != .needsMore, "\(bytes); \(generator)")
            #expect(scan(bytes.map { [$0] }) == whole, "\(bytes); \(generator)")
        }
    }

    private func scan(_ pieces: [[UInt8]]) -> RoutingFieldScanner.Outcome {
        var scanner = RoutingFieldScanner()
        for piece in pieces { _ = scanner.append(piece) }
        return scanner.finish()
    }

    private func object(depth: Int, _ generator: inout SeededGenerator) -> String {
        var keys = ["a", "b", "model", "models", "mode", "input", "é", "mod\\\"el", "x\\\\"]
        keys.shuffle(using: &generator)
        let members = keys.prefix(Int.random(in: 0...5, using: &generator)).map { key in
            "\(space(&generator))\"\(key)\"\(space(&generator)):\(value(depth: depth - 1, &generator))"
        }
        return
            "\(space(&generator)){\(members.joined(separator: ","))\(space(&generator))}\(space(&generator))"
    }

    private func value(depth: Int, _ generator: inout SeededGenerator) -> String {
        let text: String =
            switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
            case 0...2:
                [
                    "\"minilm\"", "\"model\"", "\"\"", "\"a\\\"b\"", "\"{\\\"model\\\":1}\"", "\"\\\\\"",
                    "\"]}\"", "\"é🔥\"",
                ]
                .randomElement(using: &generator) ?? ""
            case 3: ["0", "-1.5e-3", "12345678901234567890", "1E2"].randomElement(using: &generator) ?? ""
            case 4: ["true", "false", "null"].randomElement(using: &generator) ?? ""
            case 5: object(depth: depth, &generator)
            default:
                "["
                    + (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                        value(depth: depth - 1, &generator)
                    }
                    .joined(separator: ",") + "]"
            }
        return space(&generator) + text + space(&generator)
    }

    private func space(_ generator: inout SeededGenerator) -> String {
        ["", "", "", " ", "\n", "\t", "\r\n", "  "].randomElement(using: &generator) ?? ""
    }
}
