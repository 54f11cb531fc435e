public import FunctionTypes

/// One request from its arrival to its answer, unique within the host's life.
public struct RequestID: Hashable, Comparable, Sendable {
    /// Counts from 1.
    public let number: UInt64

    /// Wraps a count.
    public init(_ number: UInt64) { self.number = number }

    /// In order of arrival.
    public static func < (a: RequestID, b: RequestID) -> Bool { a.number < b.number }
}

/// One worker process from its start to its end, unique within the host's life.
public struct WorkerID: Hashable, Comparable, Sendable {
    /// Counts from 1.
    public let number: UInt64

    /// Wraps a count.
    public init(_ number: UInt64) { self.number = number }

    /// In order of start.
    public static func < (a: WorkerID, b: WorkerID) -> Bool { a.number < b.number }
}

/// What a worker serves: one revision of one tenant's function. Two tenants that deploy the same bytes never
/// share one.
public struct RevisionKey: Hashable, Sendable {
    /// Whose function it is.
    public let function: FunctionID
    /// Which of its revisions.
    public let revision: RevisionID

    /// Joins the two.
    public init(function: FunctionID, revision: RevisionID) {
        self.function = function
        self.revision = revision
    }
}

/// What the scheduler must know of a revision; arrives with each request, so that an idle function costs it
/// nothing.
public struct RevisionSettings: Hashable, Sendable {
    /// Requests that one worker is given at the same time, at least 1.
    public var concurrency: Int
    /// Requests that wait at most; one more is refused.
    public var queueBound: Int
    /// How long a request may wait for a worker.
    public var timeout: Duration
    /// How long a worker is kept after its last request; nil is for ever.
    public var keepAlive: Duration?

    /// Collects the parts.
    public init(concurrency: Int, queueBound: Int = 1024, timeout: Duration, keepAlive: Duration?) {
        precondition(concurrency >= 1 && queueBound >= 0, "a revision serves at least one request at a time")
        self.concurrency = concurrency
        self.queueBound = queueBound
        self.timeout = timeout
        self.keepAlive = keepAlive
    }
}
