import ArgumentParser
import Bundles
import FoundationEssentials
import FunctionTypes
import Gateway
import NIOCore
import NIOHTTP1

/// `hearth list`: what is deployed.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what is deployed.")

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let list: FunctionList = try await options.client.call(.GET, "functions")
        guard !options.json else { return try options.printJSON(list) }
        var table = TextTable(["NAME", "REVISION", "RUNTIME", "TASK", "SIZE", "REVISIONS", "WORKERS"])
        for function in list.functions {
            table.add([
                function.name, String(function.revision.prefix(12)), function.runtime, function.task ?? "-",
                readable(bytes: function.bytes), String(function.revisions), String(function.workers),
            ])
        }
        print(table.text)
    }
}

/// `hearth ps`: what runs.
struct PsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ps", abstract: "List the workers that run.")

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let list: WorkerList = try await options.client.call(.GET, "workers")
        guard !options.json else { return try options.printJSON(list) }
        var table = TextTable([
            "WORKER", "FUNCTION", "REVISION", "PID", "STATE", "RUNNING", "SERVED", "AGE", "STATUS",
        ])
        for worker in list.workers {
            table.add([
                String(worker.id), worker.function, String(worker.revision.prefix(12)),
                worker.pid.map { String($0) } ?? "-", worker.state, String(worker.inFlight),
                String(worker.served),
                "\(worker.ageMilliseconds / 1000)s", worker.status ?? "-",
            ])
        }
        print(table.text)
    }
}

/// `hearth stop`: a function to zero workers, now.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Take a function to zero workers now; the next request starts it again.")

    @Argument(help: "The function's name.")
    var name: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.client.call(.POST, "functions/\(FunctionName(name))/stop")
        if options.json { print("{}") } else { print("\(name) stopped") }
    }
}

/// `hearth rollback`: the revision before.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make the revision live again that was live before.")

    @Argument(help: "The function's name.")
    var name: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let answer: DeployAnswer = try await options.client.call(
            .POST, "functions/\(FunctionName(name))/rollback")
        if options.json {
            try options.printJSON(answer)
        } else {
            print("\(answer.function) rolled back, revision \(answer.revision.prefix(12))")
        }
    }
}

/// `hearth rm`: a function and its files.
struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a function, its revisions, its logs and the files nothing else needs.")

    @Argument(help: "The function's name.")
    var name: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.client.call(.DELETE, "functions/\(FunctionName(name))")
        if options.json { print("{}") } else { print("\(name) removed") }
    }
}

/// `hearth logs`: what a function's workers wrote.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a function's workers wrote.")

    @Argument(help: "The function's name.")
    var name: String

    @Flag(name: .shortAndLong, help: "Go on with what is added.")
    var follow = false

    @Option(name: .shortAndLong, help: "How many lines of what is there.")
    var lines = 100

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let route = "/control/v1/functions/\(try FunctionName(name))/logs?follow=\(follow)&lines=\(lines)"
        try await options.client.connected { caller in
            try await caller.send(.GET, route, headers: options.client.headers, length: 0)
            try await caller.finish()
            var output = LogOutput(asJSON: options.json)
            var refused: [UInt8] = []
            let head = try await caller.answer { head, buffer in
                if head.status == .ok {
                    output.print(buffer.readableBytesView)
                } else {
                    refused += buffer.readableBytesView
                }
            }
            output.finish()
            try HostClient.check(HTTPCaller.Answer(head: head, body: .init(bytes: refused)))
        }
    }
}
