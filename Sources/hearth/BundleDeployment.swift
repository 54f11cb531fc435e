import Bundles
import FunctionTypes
import NIOCore
import NIOHTTP1

/// A bundle whose files are digested, so that it can be sent to any number of hosts, each taking what it
/// lacks.
struct BundleDeployment: Sendable {
    private let request: DeployRequest
    private let files: [BundleFile]
    private let sources: [BundlePath: BundleFolder.Source]

    /// Reads every file of the bundle once.
    init(_ folder: BundleFolder) throws {
        var bar = ProgressBar("reading  ")
        files = try folder.digestFiles { bar.show($0, of: $1) }
        bar.finish()
        sources = Dictionary(uniqueKeysWithValues: folder.sources.map { ($0.path, $0) })
        request = DeployRequest(manifest: folder.manifestText, files: files)
    }

    /// Uploads what the host lacks, and makes the bundle live.
    func send(to client: HostClient) async throws -> DeployAnswer {
        do {
            return try await sendOnce(to: client)
        } catch let error as HearthError where error.code == .blobMissing {
            // Somebody removed a function with the same file in between.
            return try await sendOnce(to: client)
        }
    }

    private func sendOnce(to client: HostClient) async throws -> DeployAnswer {
        try await client.connected { caller in
            var wanted: Set<Digest> = []
            for question in MissingBlobsRequest.requests(for: files.map(\.digest)) {
                let missing: MissingBlobsAnswer = try await post(
                    question, to: "blobs/missing", client, &caller)
                wanted.formUnion(try missing.parsed())
            }
            var sent: Set<Digest> = []
            for file in files where wanted.contains(file.digest) && sent.insert(file.digest).inserted {
                guard let source = sources[file.path] else { continue }
                try await upload(source.location, file, &caller)
            }
            return try await post(request, to: "functions", client, &caller)
        }
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

    private func post<Answer: Decodable>(
        _ body: some Encodable, to route: String, _ client: HostClient, _ caller: inout HTTPCaller
    ) async throws -> Answer {
        let answer = try await caller.call(
            .POST, "/control/v1/\(route)", headers: client.headers + [("content-type", "application/json")],
            body: Array(WireJSON.encode(body)))
        return try HostClient.decode(answer)
    }
}

extension BundleFolder {
    /// What a bare .gguf file's function is called unless somebody says otherwise; not every file's name is a
    /// function's.
    static func baseName(ofGGUFFile path: String) -> String {
        (path.split(separator: "/").last.map { String($0.dropLast(5)) } ?? "").lowercased()
    }
}
