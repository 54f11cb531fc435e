public import FunctionTypes

/// What the command sends before it uploads: which of these blobs does the host lack?
public struct MissingBlobsRequest: Hashable, Sendable, Codable {
    /// Digests as `sha256:` and 64 hexadecimal digits.
    public var digests: [String]

    /// The most digests that one request may ask about.
    public static let mostDigests = 1024

    /// Asks about these.
    public init(digests: [Digest]) { self.digests = digests.map(\.description) }

    /// Asks about any number, each once, in as many requests as that needs.
    public static func requests(for digests: [Digest]) -> [MissingBlobsRequest] {
        var seen: Set<Digest> = []
        let digests = digests.filter { seen.insert($0).inserted }
        return stride(from: 0, to: digests.count, by: mostDigests).map { start in
            MissingBlobsRequest(digests: Array(digests[start...].prefix(mostDigests)))
        }
    }

    /// The digests, read.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`: a bad digest, or more than ``mostDigests``.
    public func parsed() throws(HearthError) -> [Digest] {
        guard digests.count <= Self.mostDigests else {
            throw HearthError(
                .invalidRequest,
                "The request asks about \(digests.count) blobs, more than \(Self.mostDigests).",
                remedy: "Ask in several requests.")
        }
        return try readDigests(digests)
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case digests }

    /// Reads all keys; one that is unknown is an error.
    public init(from decoder: any Decoder) throws {
        digests = try decoder.strictContainer(keyedBy: CodingKeys.self).decode(
            [String].self, forKey: .digests)
    }
}

/// What the host answers: the blobs that must be uploaded.
public struct MissingBlobsAnswer: Hashable, Sendable, Codable {
    /// Digests as `sha256:` and 64 hexadecimal digits.
    public var missing: [String]

    /// Lists the missing ones.
    public init(missing: [Digest]) { self.missing = missing.map(\.description) }

    /// The digests, read.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` for a bad digest.
    public func parsed() throws(HearthError) -> [Digest] { try readDigests(missing) }

    enum CodingKeys: String, CodingKey, CaseIterable { case missing }

    /// Reads all keys; one that is unknown is an error.
    public init(from decoder: any Decoder) throws {
        missing = try decoder.strictContainer(keyedBy: CodingKeys.self).decode(
            [String].self, forKey: .missing)
    }
}

private func readDigests(_ texts: [String]) throws(HearthError) -> [Digest] {
    var digests: [Digest] = []
    for text in texts { digests.append(try Digest(text)) }
    return digests
}
