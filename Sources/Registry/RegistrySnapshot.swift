public import FunctionTypes

/// Everything that routing needs to know, as one value: taken after a change, then read without the database.
///
/// Copying it costs nothing; the parts are shared.
public struct RegistrySnapshot: Hashable, Sendable {
    /// All tenants, ascending.
    public let tenants: [TenantID]
    /// All functions.
    public let functions: [FunctionID: FunctionRecord]

    /// Joins the parts.
    public init(tenants: [TenantID] = [.default], functions: [FunctionID: FunctionRecord] = [:]) {
        self.tenants = tenants
        self.functions = functions
    }

    /// What a reference of a tenant means now: the function and the revisions to choose among by weight.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`, `.revisionUnknown`; `.conflict` where the start of a
    ///   digest fits
    ///   several revisions.
    public func resolve(_ reference: FunctionReference, tenant: TenantID) throws(HearthError) -> Resolution {
        let id = FunctionID(tenant: tenant, name: reference.name)
        guard let function = functions[id] else { throw .unknown(id) }
        return Resolution(function: id, targets: try function.targets(reference.target))
    }
}

/// What a reference means.
public struct Resolution: Hashable, Sendable {
    /// The function.
    public let function: FunctionID
    /// The revisions to choose among; never empty, one for a reference by digest.
    public let targets: [AliasTarget]

    /// Joins the two.
    public init(function: FunctionID, targets: [AliasTarget]) {
        self.function = function
        self.targets = targets
    }
}
