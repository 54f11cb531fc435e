public import Foundation

/// A program of this package, as built together with the tests that are running.
///
/// - Throws: ``MissingProduct``.
public func builtProduct(_ name: String) throws -> URL {
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let program = tests.deletingLastPathComponent().appending(path: name)
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
        throw MissingProduct(path: program.path)
    }
    return program
}

/// A program that a test needs has not been built.
public struct MissingProduct: Error, CustomStringConvertible {
    /// Where the program was expected.
    public let path: String

    /// Subject and remedy.
    public var description: String {
        "A test needs \(path), which does not exist; run `swift build --build-tests` first."
    }
}
