import ArgumentParser
import Bundles
import FunctionTypes

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
        let answer = try await BundleDeployment(folder()).send(to: options.client)
        if options.json {
            try options.printJSON(answer)
        } else {
            let verb = answer.created ? "deployed" : answer.changed ? "updated" : "unchanged"
            print("\(answer.function) \(verb), revision \(answer.revision.prefix(12))")
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
        return try BundleFolder(
            ggufFile: bundle, name: FunctionName(name ?? BundleFolder.baseName(ofGGUFFile: bundle)))
    }
}
