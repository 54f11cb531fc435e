import Foundation
import TestSupport

/// A file that belongs to the repository: tracked by git, or new and not ignored.
struct TrackedFile: Sendable {
    /// Path from the root of the repository.
    let path: String
    /// Size in bytes.
    let size: Int
    /// The contents where they are UTF-8 text, else nil.
    let text: String?

    init(path: String, text: String) {
        self.path = path
        self.text = text
        size = text.utf8.count
    }

    init(path: String, size: Int) {
        self.path = path
        self.size = size
        text = nil
    }

    /// Everything after the last dot of the name, or the empty string.
    var fileExtension: String { name.contains(".") ? String(name.split(separator: ".").last ?? "") : "" }
    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The lines of the text; a line break at the end starts no further line.
    var lines: [Substring] {
        guard let text, !text.isEmpty else { return [] }
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
        return text.hasSuffix("\n") ? Array(all.dropLast()) : all
    }

    /// True for `.swift`.
    var isSwift: Bool { fileExtension == "swift" }
    /// True for C, its headers and what is included into it.
    var isC: Bool { ["c", "h", "inc", "cu", "cuh"].contains(fileExtension) }

    /// True when the path lies in the folder, at any depth.
    func isIn(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}

/// The repository as git sees it, read once for all rules.
enum Tree {
    static let all: [TrackedFile] = load()
    static let swift = all.filter(\.isSwift)
    static let code = all.filter { $0.isSwift || $0.isC || ["sh", "py"].contains($0.fileExtension) }
    static let markdown = all.filter { $0.fileExtension == "md" }

    private static func load() -> [TrackedFile] {
        let list: CommandRun
        do {
            // The folder may belong to another user in a container; git would refuse to list it then.
            list = try CommandRun(
                ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
                in: repositoryRoot)
        } catch {
            preconditionFailure("TidyTests cannot run git: \(error). Install git.")
        }
        precondition(
            list.status == 0, "TidyTests list the repository with git, which said: \(list.errorText)")
        return Set(list.text.split(separator: "\0").map(String.init)).sorted().compactMap(read)
    }

    /// Nil for a file that is listed and gone, as after a deletion that is not committed yet.
    private static func read(_ path: String) -> TrackedFile? {
        guard let data = try? Data(contentsOf: repositoryRoot.appending(path: path)) else { return nil }
        guard data.count < 2 << 20, let text = String(data: data, encoding: .utf8) else {
            return TrackedFile(path: path, size: data.count)
        }
        return TrackedFile(path: path, text: text)
    }
}
