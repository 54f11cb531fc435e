import Artifacts
import FunctionTypes
import Glibc

/// Finds the files that a program is deployed with: those that the manifest names, and every one below the
/// folders that it names, hidden ones included.
///
/// Symbolic links are followed within the bundle, so the same folder may be walked at several places; the bounds
/// on depth and on folders hold for links that make a small bundle look endless.
struct BundleWalk {
    private static let mostLevels = 64
    private static let mostFolders = ManifestRules.maximumFiles

    private let folder: String
    private var found: [BundlePath: BundleFolder.Source] = [:]
    private var folders = 0

    private init(folder: String) { self.folder = folder }

    /// The files, ascending by path.
    ///
    /// - Parameter folder: the bundle's folder, without symbolic links.
    static func sources(of manifest: Manifest, in folder: String) throws -> [BundleFolder.Source] {
        var walk = BundleWalk(folder: folder)
        for entry in manifest.files where try walk.visit(entry, above: [folder]) == 0 {
            throw HearthError(
                .invalidManifest, "The folder '\(entry)' of the bundle has no file in it.",
                remedy: "Put a file there, or remove the folder from files.")
        }
        try ProgramFiles.checkProgram(of: manifest) { walk.found[$0]?.isExecutable }
        return walk.found.values.sorted { $0.path < $1.path }
    }

    /// Notes the file, or every file below the folder.
    ///
    /// - Parameter above: the folders on the way to here.
    /// - Returns: how many files are there.
    private mutating func visit(_ path: BundlePath, above: [String]) throws -> Int {
        let location = try BundleFolder.location(of: path, in: folder)
        let status = try BundleFolder.status(of: location)
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            found[path] = BundleFolder.Source(
                path: path, location: location, size: Int(status.st_size),
                isExecutable: status.st_mode & S_IXUSR != 0)
            try ProgramFiles.check(count: found.count)
            return 1
        case S_IFDIR:
            guard !above.contains(where: { $0.utf8.elementsEqual(location.utf8) }) else {
                throw HearthError(
                    .invalidManifest,
                    "The folder '\(path)' of the bundle is a symbolic link to a folder that holds it, \(location).",
                    remedy: "Remove the link.")
            }
            return try walk(path, above: above + [location])
        default:
            throw HearthError(
                .invalidManifest, "'\(path)' of the bundle is neither a file nor a folder.",
                remedy: "Keep devices, sockets and pipes out of the folders that files names.")
        }
    }

    /// Visits what is in a folder, the last one of `above`, in the order of names.
    private mutating func walk(_ path: BundlePath, above: [String]) throws -> Int {
        folders += 1
        guard folders <= Self.mostFolders, above.count - 1 <= Self.mostLevels else {
            throw HearthError(
                .invalidManifest,
                "The folder '\(path)' is one too many: a bundle may have \(Self.mostFolders) folders, "
                    + "\(Self.mostLevels) within each other.",
                remedy: "Name fewer folders in files, and look for symbolic links that repeat a folder.")
        }
        let names = try DirectoryListing.rawNames(in: above[above.count - 1])
        var count = 0
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            count += try visit(Self.child(name, of: path), above: above)
        }
        return count
    }

    private static func child(_ name: [UInt8], of folder: BundlePath) throws(HearthError) -> BundlePath {
        let remedy = "Rename the file, or keep it out of the folders that files names."
        guard let text = String(validating: name, as: UTF8.self) else {
            throw HearthError(
                .invalidManifest,
                "The folder '\(folder)' of the bundle has a file whose name is not UTF-8, "
                    + "'\(Spelling.shown(String(decoding: name, as: UTF8.self)))'.",
                remedy: remedy)
        }
        do {
            return try BundlePath("\(folder)/\(text)")
        } catch {
            throw HearthError(error.code, error.message, remedy: remedy)
        }
    }
}
