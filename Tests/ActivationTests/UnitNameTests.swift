import Foundation
import TestSupport
import Testing

@testable import Activation

/// Names of units as systemd itself would write them.
struct UnitNameTests {
    private static let escaper = "/usr/bin/systemd-escape"
    private static var hasEscaper: Bool { FileManager.default.isExecutableFile(atPath: escaper) }

    @Test(
        .enabled(
            if: hasEscaper, "this machine has no systemd-escape, which says what systemd's escaping is"))
    func escapingIsSystemdsOwn() throws {
        var random = SeededGenerator()
        // A slash is left out: systemd takes it for a path's, and no name of Hearth's has one.
        let alphabet = Array("azAZ09-_.:@ \\%x{}é\u{1F525}\u{1}")
        var texts = ["a", "a-b", "a.b", "x_y", ".a", "..", "-", "a\\x2db", "default", "hearth-0.1", "é"]
        for _ in 0..<200 {
            let length = Int.random(in: 1...12, using: &random)
            texts.append(String((0..<length).compactMap { _ in alphabet.randomElement(using: &random) }))
        }
        let folder = try TemporaryFolder()
        let run = try CommandRun([Self.escaper, "--"] + texts, in: folder.url)
        #expect(run.status == 0)
        #expect(
            run.text.dropLast().components(separatedBy: " ") == texts.map(UnitName.escaped), "\(random)")
    }

    @Test(arguments: [
        ("dbus.service", "dbus_2eservice"), ("getty@tty1.service", "getty_40tty1_2eservice"),
        ("systemd-journald.service", "systemd_2djournald_2eservice"), ("-.mount", "_2d_2emount"),
        ("1a.service", "_31a_2eservice"), ("a1.service", "a1_2eservice"),
        ("hearth-a\\x2db.slice", "hearth_2da_5cx2db_2eslice"), ("é.service", "_c3_a9_2eservice"),
    ])
    func aUnitIsAnObjectOfTheBus(unit: String, name: String) {
        #expect(UnitName.path(of: unit) == "/org/freedesktop/systemd1/unit/" + name)
    }

    @Test(arguments: ["a", "a-b", "a.b", "x_y", "a-b-c", "0-", "a--b", "default"])
    func aTenantsSliceIsADirectChildOfTheHosts(tenant: String) {
        // A dash in a slice's name begins its child: a-b.slice lies in a.slice.
        let slice = UnitName.slice(ofTenant: tenant)
        #expect(slice.hasPrefix("hearth-") && slice.hasSuffix(".slice"))
        #expect(slice.filter { $0 == "-" }.count == 1)
        #expect(!slice.contains("/"))
    }

    @Test func twoTenantsNeverShareASlice() {
        let tenants = ["a-b", "a.b", "a_b", "a", "b", "ab", "a-b-", "a:b", "a\\x2db", "a\\b"]
        #expect(Set(tenants.map { UnitName.slice(ofTenant: $0) }).count == tenants.count)
    }
}
