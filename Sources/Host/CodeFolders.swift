import Artifacts
import FunctionTypes
import Glibc
import LinuxSystem

/// The folders in which programs find their files, one a revision, made of the blobs.
///
/// A folder can always be made anew, so nothing here is synced to the disk: it is made under another name and moved into
/// its place when it is complete. Files are second names of the blobs and cost no space; only those that are to be
/// executed are copies, because a blob's mode is the same for everybody. All calls block on the disk.
final class CodeFolders: Sendable {
    private let root: String
    private let blobs: BlobStore

    /// - Throws: `SystemError`.
    init(root: String, blobs: BlobStore) throws(SystemError) {
        self.root = root
        self.blobs = blobs
        guard mkdir(root, 0o755) == 0 || errno == EEXIST else { throw .last("create the folder", root) }
    }

    /// Where a revision's files are.
    func path(of revision: RevisionID) -> String { "\(root)/\(revision)" }

    /// Makes a revision's folder, unless it is there.
    ///
    /// - Throws: `SystemError`.
    func make(_ revision: Revision) throws(SystemError) {
        let place = path(of: revision.id)
        if access(place, F_OK) == 0 { return }
        let draft = "\(place).\(UInt64.random(in: 0 ... .max))"
        do throws(SystemError) {
            try makeFolder(draft)
            for file in revision.files { try add(file, to: draft) }
            guard rename(draft, place) == 0 || errno == ENOTEMPTY || errno == EEXIST else {
                throw .last("put in place", place)
            }
        } catch {
            Self.removeTree(draft)
            throw error
        }
        // Somebody else was faster.
        if access(draft, F_OK) == 0 { Self.removeTree(draft) }
    }

    /// Removes the folders of all revisions but these, and what was broken off.
    func sweep(keeping revisions: Set<RevisionID>) {
        let kept = Set(revisions.map(\.description))
        for name in entries(ofFolder: root) ?? [] where !kept.contains(name) {
            Self.removeTree("\(root)/\(name)")
        }
    }

    private func add(_ file: BundleFile, to folder: String) throws(SystemError) {
        let target = "\(folder)/\(file.path)"
        var parent = folder
        for part in file.path.rawValue.split(separator: "/").dropLast() {
            parent += "/\(part)"
            try makeFolder(parent)
        }
        let source = blobs.path(of: file.digest)
        if file.isExecutable {
            try copy(source, to: target)
        } else {
            guard link(source, target) == 0 else { throw .last("link", target) }
        }
    }

    private func makeFolder(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("create the folder", path) }
        // Whatever this process's own mask is, workers enter it as nobody in particular.
        guard chmod(path, 0o755) == 0 else { throw .last("set the mode of", path) }
    }

    private func copy(_ source: String, to target: String) throws(SystemError) {
        let from = try FileDescriptor.open(source, O_RDONLY)
        let to = try FileDescriptor.open(target, O_WRONLY | O_CREAT | O_EXCL, mode: 0o755)
        var left = try from.size()
        while left > 0 {
            let count = sendfile(to.number, from.number, nil, left)
            guard count > 0 else { throw .last("copy to", target) }
            left -= count
        }
        guard fchmod(to.number, 0o555) == 0 else { throw .last("set the mode of", target) }
    }

    private static func removeTree(_ path: String) {
        if unlink(path) == 0 { return }
        for name in entries(ofFolder: path) ?? [] { removeTree("\(path)/\(name)") }
        rmdir(path)
    }
}
