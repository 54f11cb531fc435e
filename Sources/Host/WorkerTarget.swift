public import Sandbox
public import Scheduling
public import WorkerProtocol

/// Everything that it takes to serve a request of a revision: what the scheduler decides by, and what a start
/// needs. It comes with the request, so that nothing is kept for a function that nobody calls.
public struct WorkerTarget: Sendable {
    /// What is to be served.
    public var key: RevisionKey
    /// What the scheduler decides by.
    public var settings: RevisionSettings
    /// What the worker is told.
    public var specification: WorkerSpecification
    /// What runs, what it sees and what it may use.
    public var plan: SandboxPlan
    /// The model's blob; nil for a program that brings its own.
    public var modelPath: String?

    /// Collects the parts.
    public init(
        key: RevisionKey, settings: RevisionSettings, specification: WorkerSpecification, plan: SandboxPlan,
        modelPath: String?
    ) {
        self.key = key
        self.settings = settings
        self.specification = specification
        self.plan = plan
        self.modelPath = modelPath
    }
}
