public import Foundation

/// The folder that holds Package.swift, found from the place of this file.
public let repositoryRoot: URL = URL(filePath: #filePath)
    .resolvingSymlinksInPath()
    .deletingLastPathComponent()  // Tests/TestSupport
    .deletingLastPathComponent()  // Tests
    .deletingLastPathComponent()
