/// Which paths of this machine a starter shows to workers, whatever the host asks for.
public struct AllowedPaths: Hashable, Sendable {
    /// Folders whose contents may be shown.
    let roots: [String]

    /// Allows what is in these folders.
    public init(roots: [String]) { self.roots = roots }

    /// Whether a path is one of the folders or below one, by its text alone.
    public func allow(_ path: String) -> Bool {
        guard !path.split(separator: "/").contains("..") else { return false }
        return roots.contains { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") }
    }
}
