import Activation
import FunctionTypes
import Host
import Testing

/// Who starts workers, and what of the machine functions may ask to see.
struct ActivationSettingsTests {
    private func configuration(_ yaml: String) throws -> HostConfiguration {
        var configuration = HostConfiguration(isRoot: false) { $0 == "HOME" ? "/users/me" : nil }
        try configuration.apply(HostConfigurationFile(yaml: yaml))
        return configuration
    }

    @Test(
        arguments: [
            ("auto", nil), ("direct", .direct), ("systemd", .systemd), ("unsandboxed", .unsandboxed),
        ] as [(String, ActivationKind?)])
    func everyWayOfStartingHasItsName(text: String, kind: ActivationKind?) throws {
        #expect(try HostConfiguration.activation(text) == kind)
        #expect(try configuration("activation: \(text)").activation == kind)
    }

    @Test func withoutAWordTheMachineDecides() throws { #expect(try configuration("").activation == nil) }

    @Test(arguments: ["Direct", "docker", " direct", "none", String(repeating: "x", count: 5000)])
    func anotherWayIsRefusedWithThoseThatThereAre(text: String) {
        let error = #expect(throws: HearthError.self) { try HostConfiguration.activation(text) }
        #expect(error?.code == .invalidRequest)
        for name in ["auto", "direct", "systemd", "unsandboxed"] {
            #expect(error?.message.contains(name) == true)
        }
        #expect((error?.message.utf8.count ?? .max) < 300)
    }

    @Test func directoriesReplaceTheUsualOnes() throws {
        #expect(try configuration("directories: []").directories == [])
        #expect(try configuration("directories: [/usr, /data/a b]").directories == ["/usr", "/data/a b"])
        #expect(try configuration("").directories == HostConfiguration.usualDirectories)
        #expect(!HostConfiguration.usualDirectories.contains("/etc"), "nothing secret is usual")
    }

    @Test(arguments: [
        "usr", "./usr", "/", "//", "/usr/", "//usr", "/usr//lib", "/usr/./lib", "/usr/../etc", "/..", "~/x",
    ])
    func aDirectoryIsInItsOneNormalForm(path: String) {
        let error = #expect(throws: HearthError.self) { try configuration("directories: ['\(path)']") }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("'\(path)'") == true)
    }

    @Test(arguments: [
        ("/srv/hearth", "/srv"), ("/srv/hearth", "/srv/hearth"), ("/usr/local/state", "/usr"),
    ])
    func theStateIsNotInAFolderThatFunctionsMaySee(state: String, directory: String) {
        let error = #expect(throws: HearthError.self) {
            try configuration("stateDir: \(state)\ndirectories: [/opt, \(directory)]")
        }
        #expect(error?.message.contains(state) == true)
        #expect(error?.message.contains(directory) == true)
    }

    @Test func aFolderThatOnlyBeginsWithTheSameLettersIsAnother() throws {
        #expect(
            try configuration("stateDir: /srv-state/hearth\ndirectories: [/srv]").stateFolder
                == "/srv-state/hearth")
    }

    @Test(arguments: [("1s", 1), ("10m", 600)]) func anIdleExitIsADuration(text: String, seconds: Int) throws
    {
        #expect(try configuration("idleExit: \(text)").idleExit == .seconds(seconds))
    }

    @Test(arguments: ["0s", "10ms", "never", "-1s"]) func anIdleExitIsASecondAtLeast(text: String) {
        #expect(throws: HearthError.self) { try configuration("idleExit: \(text)") }
    }
}
