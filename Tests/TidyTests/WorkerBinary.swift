import Foundation
import TestSupport
import Testing

/// hearth-worker as built: fully static, so that it starts in an empty root without a loader, and without
/// full Foundation, whatever the packages it uses drag in.
enum WorkerBinary {
    static func findings(in image: ElfImage, at path: String) -> [Finding] {
        var findings: [Finding] = []
        if let interpreter = image.interpreter {
            findings.append(
                Finding(path, nil, "asks for the loader \(interpreter); link with -static-executable"))
        }
        if image.neededCount > 0 {
            findings.append(
                Finding(path, nil, "needs \(image.neededCount) shared libraries; link it statically"))
        }
        if image.symbolNames.isEmpty {
            findings.append(Finding(path, nil, "is stripped, so its symbols cannot be checked"))
        }
        return findings + foreignSymbols(image.symbolNames).map { Finding(path, nil, $0) }
    }

    /// Swift mangles the module Foundation as `10Foundation`, FoundationEssentials as
    /// `20FoundationEssentials`.
    static func foreignSymbols(_ names: [String]) -> [String] {
        let kinds: [(what: String, matches: (String) -> Bool)] = [
            ("full Foundation", { $0.hasPrefix("$s") && $0.contains("10Foundation") }),
            ("ICU", { $0.hasPrefix("uloc_") || $0.contains("_foundation_unicode") }),
            ("ArgumentParser", { $0.hasPrefix("$s14ArgumentParser") }),
            ("OpenSSL", { $0.hasPrefix("EVP_Digest") }),
        ]
        return kinds.compactMap { kind in
            let found = names.filter(kind.matches)
            guard let first = found.first else { return nil }
            return "links \(kind.what): \(found.count) symbols, such as \(first)"
        }
    }
}

@Suite("Worker binary") struct WorkerBinaryTests {
    @Test func theWorkerIsFullyStaticAndWithoutFullFoundation() throws {
        let program = try builtProduct("hearth-worker")
        let image = try ElfImage(Data(contentsOf: program, options: .alwaysMapped))
        expectNone(WorkerBinary.findings(in: image, at: "hearth-worker"))
    }

    /// The test program itself is dynamic and full of Foundation: everything the rule forbids.
    @Test func aDynamicProgramWithFoundationIsReported() throws {
        let tests = try Data(contentsOf: URL(filePath: "/proc/self/exe"), options: .alwaysMapped)
        let messages = WorkerBinary.findings(in: try ElfImage(tests), at: "tests").map(\.message)
        #expect(messages.contains { $0.contains("asks for the loader") })
        #expect(messages.contains { $0.contains("shared libraries") })
        #expect(messages.contains { $0.contains("links full Foundation") })
    }

    @Test func essentialsAreAllowedAndIcuIsNot() {
        #expect(WorkerBinary.foreignSymbols(["$s20FoundationEssentials4DateV", "main"]).isEmpty)
        #expect(WorkerBinary.foreignSymbols(["uloc_getDefault_foundation_unicode"]).count == 1)
        #expect(WorkerBinary.foreignSymbols(["$sSS10FoundationE4data"]).count == 1)
    }

    @Test func brokenFilesAreRefused() throws {
        #expect(throws: ElfImage.Malformed.self) { try ElfImage(Data("#!/bin/sh\n".utf8)) }
        let header = Data([0x7F, 0x45, 0x4C, 0x46, 2, 1]) + Data(repeating: 0xFF, count: 70)
        #expect(throws: ElfImage.Malformed.self) { try ElfImage(header) }
    }
}
