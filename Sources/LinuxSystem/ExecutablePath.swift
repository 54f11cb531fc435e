import Glibc

/// The path of a program, found as a shell finds it: a name with a slash is a path already, any other is looked for in the
/// folders of the search path, which are joined by `:`. A program that is nowhere keeps its name.
public func executablePath(_ name: String, searchPath: String) -> String {
    guard !name.contains("/") else { return name }
    return searchPath.split(separator: ":").map { "\($0)/\(name)" }.first(where: isProgram) ?? name
}

private func isProgram(_ path: String) -> Bool {
    var status = stat()
    // A folder that may be entered is not a program.
    return access(path, X_OK) == 0 && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}
