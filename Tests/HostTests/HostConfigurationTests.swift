import FunctionTypes
import Host
import Testing

/// Defaults, a file over them, and what is refused.
struct HostConfigurationTests {
    private func defaults(_ environment: [String: String] = ["HOME": "/users/me"], isRoot: Bool = false)
        -> HostConfiguration
    {
        HostConfiguration(isRoot: isRoot) { environment[$0] }
    }

    @Test(
        "the state lies where its owner's other state lies",
        arguments: [
            (true, ["HOME": "/root"], "/var/lib/hearth"),
            (false, ["HOME": "/users/me"], "/users/me/.local/state/hearth"),
            (false, ["HOME": "/users/me", "XDG_STATE_HOME": "/state"], "/state/hearth"),
            (false, ["HOME": "/users/me", "XDG_STATE_HOME": "relative"], "/users/me/.local/state/hearth"),
            (false, [:], "/tmp/.local/state/hearth"), (true, ["XDG_STATE_HOME": "/state"], "/var/lib/hearth"),
        ] as [(Bool, [String: String], String)])
    func stateFolder(isRoot: Bool, environment: [String: String], folder: String) {
        #expect(defaults(environment, isRoot: isRoot).stateFolder == folder)
    }

    @Test func withoutAFileTheDefaultsHold() throws {
        let configuration = defaults()
        #expect(configuration.listen == "127.0.0.1:8080")
        #expect(configuration.control == nil)
        #expect(configuration.worker == nil)
        try configuration.validate()
        for empty in ["", "# nothing but a comment\n", "---\n"] {
            #expect(try HostConfigurationFile(yaml: empty) == HostConfigurationFile(yaml: ""))
        }
    }

    @Test func aFileCoversTheDefaultsAndAFlagCoversTheFile() throws {
        var configuration = defaults()
        try configuration.apply(
            HostConfigurationFile(
                yaml: "listen: 127.0.0.1:9000\nstateDir: /state # here\nworker: '/opt/worker'\n"))
        #expect(configuration.listen == "127.0.0.1:9000")
        #expect(configuration.stateFolder == "/state")
        #expect(configuration.worker == "/opt/worker")
        #expect(configuration.control == nil)
        // The command line assigns after the file.
        configuration.listen = "[::1]:0"
        configuration.control = "/run/hearth.sock"
        try configuration.validate()
        try configuration.apply(HostConfigurationFile(yaml: "control: /other.sock"))
        #expect(configuration.listen == "[::1]:0", "a file says nothing of the keys that it lacks")
        #expect(configuration.control == "/other.sock")
    }

    @Test func everyKeyIsReadAndListed() throws {
        let yaml = HostConfigurationFile.keys.map { key in
            key == "directories" ? "\(key): [/value-of-\(key)]" : "\(key): /value-of-\(key)"
        }
        let file = try HostConfigurationFile(yaml: yaml.joined(separator: "\n"))
        #expect(
            [
                file.listen, file.stateDir, file.control, file.worker, file.activation, file.user,
                file.idleExit, file.directories?.first,
            ] == HostConfigurationFile.keys.map { "/value-of-\($0)" })
    }

    @Test(
        "what is not understood is refused and quoted",
        arguments: [
            ("listne: 127.0.0.1:80", ["'listne'", "line 1"]), ("listen: a\nPORT: 1", ["'PORT'", "line 2"]),
            ("listen:", ["'listen'"]), ("listen: ''", ["'listen'"]), ("listen: [a]", ["'listen'"]),
            ("listen: {a: b}", ["'listen'"]), ("- listen", ["mapping"]), ("just text", ["mapping"]),
            ("listen: \"open", ["YAML"]), ("a: b: c", ["YAML"]), ("? [a]\n: b", []), ("\t", ["YAML"]),
            ("listen: a\nlisten: b", ["listen"]), ("directories: /usr", ["'directories'", "list"]),
            ("directories: [[a]]", ["list"]), ("directories: ['']", ["list"]),
        ] as [(String, [String])])
    func refusals(yaml: String, words: [String]) {
        let error = #expect(throws: HearthError.self) { try HostConfigurationFile(yaml: yaml) }
        #expect(error?.code == .invalidRequest)
        for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
    }

    @Test func aNestingBombIsRefusedOrReadInTime() {
        let bomb = String(repeating: "[", count: 5000)
        #expect(throws: HearthError.self) { try HostConfigurationFile(yaml: "listen: \(bomb)") }
    }

    @Test(arguments: ["stateDir", "control", "worker"])
    func relativePathsAreRefused(key: String) throws {
        for path in ["state", "./state", "~/state", "../x"] {
            let file = try HostConfigurationFile(yaml: "\(key): \(path)")
            var configuration = defaults()
            let error = #expect(throws: HearthError.self) { try configuration.apply(file) }
            #expect(error?.message.contains(key) == true)
            #expect(error?.message.contains("'\(path)'") == true)
        }
    }
}
