import Artifacts
import Bundles
import Foundation
import FunctionTypes
import Testing

@Suite struct WireJSONTests {
    private let text = "name: f\nruntime: gguf\nmodel: m\n"
    private let digest = SHA256.digest(of: [1])

    private func request() throws -> DeployRequest {
        DeployRequest(manifest: text, files: [BundleFile(path: try BundlePath("m"), digest: digest, size: 1)])
    }

    @Test func aDeployIsWrittenInOneWay() throws {
        let json = String(decoding: try WireJSON.encode(request()), as: UTF8.self)
        #expect(
            json
                == #"{"files":[{"digest":"\#(digest)","path":"m","size":1}],"manifest":"name: f\nruntime: gguf\nmodel: m\n"}"#
        )
        #expect(try WireJSON.decode(DeployRequest.self, from: Data(json.utf8)) == request())
    }

    @Test func anExecutableFileIsMarkedAndOthersAreNot() throws {
        let text = "name: f\nruntime: exec\ncommand: [./a]\nfiles: [a, b]\n"
        let files = [
            BundleFile(path: try BundlePath("a"), digest: digest, size: 1, isExecutable: true),
            BundleFile(path: try BundlePath("b"), digest: digest, size: 1),
        ]
        let request = DeployRequest(manifest: text, files: files)
        let json = String(decoding: try WireJSON.encode(request.files), as: UTF8.self)
        #expect(
            json
                == #"[{"digest":"\#(digest)","executable":true,"path":"a","size":1},{"digest":"\#(digest)","path":"b","size":1}]"#
        )
        let read = try WireJSON.decode(DeployRequest.self, from: WireJSON.encode(request))
        #expect(read == request)
        #expect(try read.revision().files == files)
        let plain = #"{"path": "b", "digest": "\#(digest)", "size": 1, "executable": false}"#
        #expect(try WireJSON.decode(DeployRequest.File.self, from: Data(plain.utf8)) == read.files[1])
    }

    @Test func aDeployGivesItsRevision() throws {
        let revision = try request().revision()
        #expect(revision.manifest == (try ManifestReader.read(text)))
        #expect(revision.files.map(\.digest) == [digest])
    }

    @Test func answersReadBackAsWritten() throws {
        let revision = try request().revision()
        let answers = [
            DeployAnswer(
                function: revision.manifest.name, revision: revision.id, created: true, changed: true,
                previous: nil),
            DeployAnswer(
                function: revision.manifest.name, revision: revision.id, created: false, changed: false,
                previous: revision.id),
        ]
        for answer in answers {
            #expect(try WireJSON.decode(DeployAnswer.self, from: WireJSON.encode(answer)) == answer)
        }
        let asked = MissingBlobsRequest(digests: [digest])
        #expect(
            try WireJSON.decode(MissingBlobsRequest.self, from: WireJSON.encode(asked)).parsed() == [digest])
        let missing = MissingBlobsAnswer(missing: [digest])
        #expect(
            try WireJSON.decode(MissingBlobsAnswer.self, from: WireJSON.encode(missing)).parsed() == [digest])
    }

    @Test(
        "JSON that is wrong is refused by name",
        arguments: [
            ("", "JSON"), ("[]", "expected"), ("{}", "the key 'manifest' is missing"),
            (#"{"manifest": 1, "files": []}"#, "at manifest: expected a text"),
            (#"{"manifest": "", "files": {}}"#, "at files: expected"),
            (
                #"{"manifest": "", "files": [], "flies": 1}"#,
                "the key 'flies' is unknown; did you mean 'files'?"
            ),
            (#"{"manifest": "", "files": [{"path": "m", "digest": "", "size": 1.5}]}"#, "JSON"),
            (
                #"{"manifest": "", "files": [{"path": "m", "digest": "", "size": 1, "mode": 7}]}"#,
                "'mode' is unknown"
            ),
            (
                #"{"manifest": "", "files": [{"path": "m", "digest": ""}]}"#,
                "at files.[0]: the key 'size' is missing"
            ),
            (#"{"manifest": "", "files": [null]}"#, "files"),
            (
                #"{"manifest": "", "files": [{"path": "m", "digest": "", "size": 1, "executable": 1}]}"#,
                "at files.[0].executable: expected true or false"
            ),
        ])
    func wrongJSON(_ json: String, _ part: String) {
        let error = #expect(throws: HearthError.self) {
            try WireJSON.decode(DeployRequest.self, from: Data(json.utf8))
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func aDeployOfWrongValuesIsRefused() throws {
        let good = try request()
        let changes: [(inout DeployRequest) -> Void] = [
            { $0.manifest = "name: f" }, { $0.files = [] }, { $0.files[0].path = "../m" },
            { $0.files[0].digest = "abc" },
            { $0.files[0].size = -1 }, { $0.manifest = "name: f\nruntime: exec\ncommand: [a]\n" },
            { $0.files.append($0.files[0]) }, { $0.files[0].executable = true },
            { $0.manifest = "name: f\nruntime: onnx\nmodel: m\n" },
        ]
        for (number, change) in changes.enumerated() {
            var request = good
            change(&request)
            let error = #expect(throws: HearthError.self, "change \(number)") { try request.revision() }
            #expect(error?.status == 400)
        }
    }

    @Test func tooManyOrBadDigestsAreRefused() throws {
        let many = MissingBlobsRequest(
            digests: Array(repeating: digest, count: MissingBlobsRequest.mostDigests + 1))
        #expect(throws: HearthError.self) { try many.parsed() }
        let count = 2 * MissingBlobsRequest.mostDigests + 1
        let distinct = (0..<count).map { SHA256.digest(of: Array("\($0)".utf8)) }
        let requests = MissingBlobsRequest.requests(for: distinct + distinct)
        #expect(requests.count == 3)
        #expect(try requests.flatMap { try $0.parsed() } == distinct)
        #expect(MissingBlobsRequest.requests(for: []).isEmpty)
        let bad = try WireJSON.decode(MissingBlobsRequest.self, from: Data(#"{"digests": ["x"]}"#.utf8))
        #expect(throws: HearthError.self) { try bad.parsed() }
    }
}
