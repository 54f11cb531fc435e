import ArgumentParser
import Bundles
import FoundationEssentials
import FunctionTypes
import NIOCore
import NIOHTTP1

/// `hearth deploy`: sends a bundle to the host and makes it live.
struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Deploy a bundle: a folder with function.yaml, or a bare .gguf file."
    )

    @Argument(help: "The bundle's folder, or a .gguf file.")
    var bundle: String

    @Option(help: "The function's name; only for a bare .gguf file.")
    var name: String?

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let folder = try folder()
        var bar = ProgressBar("reading  ")
        let files = try folder.digestFiles { bar.show($0, of: $1) }
        bar.finish()
        let sources = Dictionary(uniqueKeysWithValues: folder.sources.map { ($0.path, $0) })
        let request = DeployRequest(manifest: folder.manifestText, files: files)
        let answer: DeployAnswer
        do {
            answer = try await send(request, files, sources)
        } catch let error as HearthError where error.code == .blobMissing {
            // Somebody removed a function with the same file in between.
            answer = try await send(request, files, sources)
        }
        if options.json {
            try options.printJSON(answer)
        } else {
            let verb = answer.created ? "deployed" : answer.changed ? "updated" : "unchanged"
            print("\(answer.function) \(verb), revision \(answer.revision.prefix(12))")
        }
    }

    /// Uploads what the host lacks, then deploys.
    private func send(
        _ request: DeployRequest, _ files: [BundleFile], _ sources: [BundlePath: BundleFolder.Source]
    ) async throws -> DeployAnswer {
        try await options.client.connected { caller in
            var wanted: Set<Digest> = []
            for question in MissingBlobsRequest.requests(for: files.map(\.digest)) {
                let missing: MissingBlobsAnswer = try await Self.post(question, to: "blobs/missing", &caller)
                wanted.formUnion(try missing.parsed())
            }
            var sent: Set<Digest> = []
            for file in files where wanted.contains(file.digest) && sent.insert(file.digest).inserted {
                guard let source = sources[file.path] else { continue }
                try await upload(source.location, file, &caller)
            }
            return try await Self.post(request, to: "functions", &caller)
        }
    }

    private func folder() throws -> BundleFolder {
        guard bundle.hasSuffix(".gguf") else {
            guard name == nil else {
                throw HearthError(
                    .invalidRequest,
                    "--name is for bare .gguf files; a folder's name is in its function.yaml.")
            }
            return try BundleFolder(path: bundle)
        }
        let base = bundle.split(separator: "/").last.map { String($0.dropLast(5)) } ?? ""
        return try BundleFolder(ggufFile: bundle, name: FunctionName(name ?? base.lowercased()))
    }

    private func upload(_ path: String, _ file: BundleFile, _ caller: inout HTTPCaller) async throws {
        let handle = try UploadFile(path: path)
        var bar = ProgressBar("sending  ")
        try await caller.send(.PUT, "/control/v1/blobs/\(file.digest)", length: file.size)
        var sent = 0
        while let piece = try handle.next() {
            sent += piece.count
            try await caller.write(ByteBuffer(bytes: piece))
            bar.show(sent, of: file.size)
        }
        bar.finish()
        guard sent == file.size else {
            throw HearthError(
                .invalidRequest, "The file '\(path)' changed while it was sent.", remedy: "Deploy again.")
        }
        try await caller.finish()
        try HostClient.check(await caller.answer())
    }

    private static func post<Answer: Decodable>(
        _ body: some Encodable, to route: String, _ caller: inout HTTPCaller
    ) async throws -> Answer {
        let answer = try await caller.call(
            .POST, "/control/v1/\(route)", headers: [("content-type", "application/json")],
            body: Array(WireJSON.encode(body)))
        return try HostClient.decode(answer)
    }
}
