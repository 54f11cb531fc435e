import Testing
import WorkerProtocol

/// What a worker is told by its environment.
struct WorkerSpecificationTests {
    private func read(_ assignments: [String]) throws(ContractError) -> WorkerSpecification {
        var variables: [String: String] = [:]
        for assignment in assignments {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            variables[String(parts[0])] = String(parts[1])
        }
        return try WorkerSpecification { variables[$0] }
    }

    @Test(
        "what is written is read",
        arguments: [
            WorkerSpecification(function: "default/minilm", revision: "ab12"),
            WorkerSpecification(
                purpose: .validate, function: "a/b", revision: "", task: "generate", threads: 1024, maxBody: 1
            ),
            WorkerSpecification(function: "", revision: "x=y", task: "a b", threads: 7, maxBody: 1 << 40),
        ])
    func roundTrip(specification: WorkerSpecification) throws {
        #expect(try read(specification.environment) == specification)
    }

    @Test func whatIsNotSetHasItsDefault() throws {
        let specification = try read([])
        #expect(specification == WorkerSpecification(function: "unnamed", revision: ""))
        #expect(specification.purpose == .serve)
        #expect(specification.task == "embed")
        #expect(specification.threads == 1)
        #expect(specification.maxBody == 4 << 20)
    }

    @Test(
        "a value that is not understood is an error that names the variable and quotes the value",
        arguments: [
            ("HEARTH_PURPOSE", ["", "Serve", "train", "serve "]),
            ("HEARTH_THREADS", ["", "0", "-1", "1025", "two", "1.5", " 1", "99999999999999999999"]),
            ("HEARTH_MAX_BODY", ["", "0", "-1", "1099511627777", "4MiB", "0x10"]),
        ])
    func badValues(name: String, values: [String]) {
        for value in values {
            let error = #expect(throws: ContractError.self) { try read(["\(name)=\(value)"]) }
            #expect(error?.description.contains("\(name) is '\(value)'") == true)
        }
    }
}
