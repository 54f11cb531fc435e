import ArgumentParser
import FoundationEssentials
import FunctionTypes
import Gateway
import NIOCore
import NIOHTTP1

/// `hearth invoke`: one call of a function, as any HTTP client would make it.
struct InvokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Call a function and print its answer.",
        discussion: """
            The answer goes to standard output; how the request went (start kind and phases) to standard error with --timing.
            """)

    @Argument(help: "The function's name; name@alias or name@revision for another than the live one.")
    var name: String

    @Option(parsing: .unconditionalSingleValue, help: "A text to send as one of the inputs; may be repeated.")
    var text: [String] = []

    @Option(name: .customLong("json"), help: "A JSON body to send as it is.")
    var body: String?

    @Option(help: "A file whose bytes are sent as the body; - is standard input.")
    var file: String?

    @Flag(help: "Print start kind and phases to standard error.")
    var timing = false

    @Option(help: "Whose function is meant (default: default).")
    var tenant: String?

    @Option(
        help:
            "The host's control socket (default: HEARTH_CONTROL, else control.sock in the default state folder)."
    )
    var control: String?

    func validate() throws {
        let given = [!text.isEmpty, body != nil, file != nil].filter { $0 }.count
        guard given == 1 else { throw ValidationError("Give one of --text, --json and --file.") }
    }

    func run() async throws {
        let reference = try FunctionReference(name)
        let bytes = try requestBody()
        let client = HostClient(control: control, tenant: tenant)
        let place = try await client.publicPlace()
        let answer = try await HTTPCaller.with(place) { caller in
            try await caller.call(
                .POST, "/v1/functions/\(reference)/invocations",
                headers: client.headers + [("content-type", "application/json")],
                body: bytes)
        }
        if timing { Self.printTiming(answer.head) }
        try HostClient.check(answer)
        print(String(decoding: answer.body.readableBytesView, as: UTF8.self))
    }

    private func requestBody() throws -> [UInt8] {
        if let body { return Array(body.utf8) }
        guard let file else {
            return Array("{\"inputs\":[\(text.map(JSONText.quoted).joined(separator: ","))]}".utf8)
        }
        let input = try UploadFile(path: file == "-" ? "/dev/stdin" : file)
        var bytes: [UInt8] = []
        while let piece = try input.next() { bytes += piece }
        return bytes
    }

    private static func printTiming(_ head: HTTPResponseHead) {
        for name in ["hearth-start", "hearth-revision", "server-timing", "x-request-id"] {
            if let value = head.headers.first(name: name) { printError("\(name): \(value)") }
        }
    }
}
