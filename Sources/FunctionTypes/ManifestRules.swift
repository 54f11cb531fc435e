/// Every default and every bound of a manifest, in one place; the reader, the check, the JSON Schema and the
/// document take them from here.
public enum ManifestRules {
    /// A setting's default and the values it may have.
    public struct Bounded<Value: Comparable & Sendable>: Sendable {
        /// What holds where the manifest says nothing.
        public let standard: Value
        /// The values that are accepted, both ends included.
        public let allowed: ClosedRange<Value>

        init(_ standard: Value, _ allowed: ClosedRange<Value>) {
            precondition(allowed.contains(standard), "a default is within its own bounds")
            self.standard = standard
            self.allowed = allowed
        }
    }

    /// `limits.memory`: what a worker may use beside the shared pages of its weights.
    public static let memory = Bounded<ByteCount>(.gibibytes(1), .mebibytes(16)...ByteCount(1 << 40))
    /// `limits.threads`: how many threads a worker computes with.
    public static let threads = Bounded(1, 1...256)
    /// `limits.timeout`: how long a request may take, from its arrival to its last byte.
    public static let timeout = Bounded<Duration>(.seconds(30), .milliseconds(100)...Duration.seconds(86400))
    /// `limits.maxBody`: the largest body of a request.
    public static let maxBody = Bounded<ByteCount>(.mebibytes(4), ByteCount(1)...ByteCount.gibibytes(1))
    /// `scaling.min`: how many workers run while nobody calls.
    public static let minimumWorkers = Bounded(0, 0...256)
    /// `scaling.max`: how many workers may run at once.
    public static let maximumWorkers = Bounded(1, 1...256)
    /// `scaling.concurrency`: how many requests one worker serves at once.
    public static let concurrency = Bounded(8, 1...1024)
    /// `scaling.keepAlive`: how long an idle worker stays.
    public static let keepAlive = KeepAlivePolicy.auto
    /// `scaling.keepAlive` where it is a duration: the durations that are accepted.
    public static let keepAliveDurations = Duration.zero...Duration.seconds(30 * 86400)
    /// `command`: how many words it may have.
    public static let commandWords = 1...256
    /// `command`: how many bytes each word may have.
    public static let commandWordBytes = 0...4096
    /// `files`: how many files and folders it may name.
    public static let fileEntries = 0...256
    /// `files`: how many files there may be in all, those below the folders counted.
    public static let maximumFiles = 4096
    /// `directories`: how many it may name.
    public static let directoryEntries = 0...64
    /// `directories`: how many bytes the path of each may have.
    public static let maximumDirectoryBytes = 1024
    /// `port`: the ports that a program may listen on.
    public static let port = 1...65535
    /// How many bytes the text of a manifest may have.
    public static let maximumTextBytes = 256 << 10
}
