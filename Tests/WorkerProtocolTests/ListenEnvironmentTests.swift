import Testing
import WorkerProtocol

/// Descriptors that a parent hands over, as their variables tell it.
struct ListenEnvironmentTests {
    private func read(_ variables: [String: String], processID: Int32 = 42) throws(ContractError)
        -> ListenEnvironment
    {
        try ListenEnvironment(lookup: { variables[$0] }, processID: processID)
    }

    @Test func namesAndNumbersGoTogether() throws {
        let environment = try read([
            "LISTEN_FDS": "2", "LISTEN_PID": "42", "LISTEN_FDNAMES": "listener:model",
        ])
        #expect(environment.entries == [.init(name: "listener", number: 3), .init(name: "model", number: 4)])
        #expect(environment.descriptor(named: "model") == 4)
        #expect(environment.descriptor(named: "other") == nil)
    }

    @Test func descriptorsWithoutNamesAreUnknown() throws {
        let environment = try read(["LISTEN_FDS": "2", "LISTEN_PID": "42"])
        #expect(environment.entries.map(\.name) == ["unknown", "unknown"])
        #expect(environment.entries.map(\.number) == [3, 4])
    }

    @Test func theFirstOfTwoWithTheSameNameIsTaken() throws {
        let environment = try read(["LISTEN_FDS": "2", "LISTEN_PID": "42", "LISTEN_FDNAMES": "model:model"])
        #expect(environment.descriptor(named: "model") == 3)
    }

    @Test(
        "nothing is taken where nothing is meant for this process",
        arguments: [
            [:], ["LISTEN_FDS": "2"], ["LISTEN_PID": "42"], ["LISTEN_FDNAMES": "listener"],
            ["LISTEN_FDS": "2", "LISTEN_PID": "41"], ["LISTEN_FDS": "nonsense", "LISTEN_PID": "41"],
            ["LISTEN_FDS": "0", "LISTEN_PID": "42"],
        ] as [[String: String]])
    func nothing(variables: [String: String]) throws {
        #expect(try read(variables).entries.isEmpty)
    }

    @Test(
        "variables that contradict each other or are no numbers are errors that quote them",
        arguments: [
            (["LISTEN_FDS": "1", "LISTEN_PID": "me"], "'me'"),
            (["LISTEN_FDS": "1", "LISTEN_PID": ""], "LISTEN_PID"),
            (["LISTEN_FDS": "-1", "LISTEN_PID": "42"], "'-1'"),
            (["LISTEN_FDS": "x", "LISTEN_PID": "42"], "'x'"),
            (["LISTEN_FDS": "1025", "LISTEN_PID": "42"], "'1025'"),
            (["LISTEN_FDS": "99999999999", "LISTEN_PID": "42"], "'99999999999'"),
            (["LISTEN_FDS": "2", "LISTEN_PID": "42", "LISTEN_FDNAMES": "a"], "1 names for 2"),
            (["LISTEN_FDS": "1", "LISTEN_PID": "42", "LISTEN_FDNAMES": "a:b"], "2 names for 1"),
        ] as [([String: String], String)])
    func contradictions(variables: [String: String], cause: String) {
        let error = #expect(throws: ContractError.self) { try read(variables) }
        #expect(error?.description.contains(cause) == true)
    }

    @Test(arguments: [[], ["listener"], ["listener", "model"]] as [[String]])
    func whatTheParentWritesTheChildReads(names: [String]) throws {
        var variables = ["LISTEN_PID": "42"]
        for assignment in ListenEnvironment.variables(names: names) {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            variables[String(parts[0])] = String(parts[1])
        }
        #expect(try read(variables).entries.map(\.name) == names)
    }
}
