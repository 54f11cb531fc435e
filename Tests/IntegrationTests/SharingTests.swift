import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Two tenants that deploy the same weights.
    @Suite("Sharing", .enabled(if: geteuid() == 0, "only root may look into the workers' memory"))
    struct SharingTests {
        @Test func weightsOfTwoTenantsAreInMemoryOnce() async throws {
            let host = try await RunningHost(in: HostFolder())
            let bundle = host.folder.path("minilm")
            let packed = try await hearth(
                ["pack", try ReferenceModel.folder(), "-o", bundle, "--quantize", "q8_0", "--name", "minilm"])
            #expect(packed.status == 0, "\(packed)")
            for tenant in ["one", "two"] {
                try await host.succeed("deploy", bundle, "--tenant", tenant)
                var call = HTTPCall.invoke("minilm", #"{"inputs":"the cat"}"#)
                call.headers = [("hearth-tenant", tenant)]
                #expect(try await host.call(call).status == 200)
            }
            #expect(host.folder.blobPaths.count == 1, "equal files are stored once")
            let workers = try await host.workers()
            #expect(workers.count == 2)
            let users = workers.compactMap { $0.pid }.map(Self.user)
            #expect(Set(users).count == 2 && !users.contains("0"), "\(users)")
            for worker in workers {
                let weights = try #require(Self.weights(of: worker.pid ?? 0))
                #expect(weights.residentKiB > 20 << 10, "\(weights)")
                // Half of every page is this worker's, half the other's.
                let share = Double(weights.proportionalKiB) / Double(weights.residentKiB)
                #expect((0.4...0.6).contains(share), "\(weights)")
                #expect(weights.privateKiB == 0, "\(weights)")
            }
        }

        private static func user(_ process: Int32) -> String {
            let line = text(of: "/proc/\(process)/status").split(separator: "\n").first {
                $0.hasPrefix("Uid:")
            }
            return line?.split(separator: "\t").dropFirst().first.map(String.init) ?? ""
        }

        struct Mapping {
            var isShared: Bool
            var residentKiB = 0
            var proportionalKiB = 0
            var privateKiB = 0
        }

        /// The one mapping that is shared with the file it is of.
        private static func weights(of process: Int32) -> Mapping? {
            var mappings: [Mapping] = []
            // The kernel gives a long file in pieces, which Foundation takes for its end.
            let smaps = (try? CommandRun(["cat", "/proc/\(process)/smaps"], in: repositoryRoot))?.text ?? ""
            for line in smaps.split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.first?.hasSuffix(":") == false {
                    mappings.append(Mapping(isShared: words.count > 1 && words[1] == "r--s"))
                }
                guard words.count == 3, let number = Int(words[1]), !mappings.isEmpty else { continue }
                let last = mappings.count - 1
                switch words[0] {
                case "Rss:": mappings[last].residentKiB = number
                case "Pss:": mappings[last].proportionalKiB = number
                case "Private_Clean:", "Private_Dirty:": mappings[last].privateKiB += number
                default: continue
                }
            }
            return mappings.filter(\.isShared).max { $0.residentKiB < $1.residentKiB }
        }
    }
}
