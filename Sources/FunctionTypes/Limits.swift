/// What a worker may use, and how long and large a request may be.
public struct Limits: Hashable, Sendable {
    /// What a worker may use beside the shared pages of its weights; a worker beyond it is killed.
    public var memory: ByteCount
    /// How many threads a worker computes with; also its share of the processors.
    public var threads: Int
    /// How long a request may take, from its arrival to its last byte.
    public var timeout: Duration
    /// The largest body of a request.
    public var maxBody: ByteCount

    /// Takes the defaults of ``ManifestRules`` for what is left out.
    public init(
        memory: ByteCount = ManifestRules.memory.standard, threads: Int = ManifestRules.threads.standard,
        timeout: Duration = ManifestRules.timeout.standard,
        maxBody: ByteCount = ManifestRules.maxBody.standard
    ) {
        self.memory = memory
        self.threads = threads
        self.timeout = timeout
        self.maxBody = maxBody
    }
}
