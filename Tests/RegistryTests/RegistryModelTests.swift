import FunctionTypes
import GRDB
import TestSupport
import Testing

@testable import Registry

/// What a registry should hold, kept in plain memory.
private struct Model {
    struct Function {
        var revisions: [Revision] = []
        var history: [RevisionID] = []
        var aliases: [AliasName: [AliasTarget]] = [:]
    }

    var tenants: Set<TenantID> = [.default]
    var functions: [FunctionID: Function] = [:]

    var blobs: Set<Digest> {
        Set(functions.values.flatMap { $0.revisions.flatMap { $0.files.map(\.digest) } })
    }
}

/// Random operations on a registry and on the model, which must always agree.
@Suite struct RegistryModelTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("registry.db")
    }

    @Test func randomOperationsLeaveWhatTheModelSays() throws {
        try withSeededGenerator { generator in
            var registry = try Registry(path: path)
            try registry.withoutSyncing()
            var model = Model()
            for step in 0..<4000 {
                try operate(registry, &model, &generator)
                if step % 500 == 499 {
                    registry = try Registry(path: path)
                    try registry.withoutSyncing()
                }
                if step % 25 == 24 { try expectAgreement(registry, model, "step \(step), \(generator)") }
            }
        }
    }

    private func operate(_ registry: Registry, _ model: inout Model, _ generator: inout SeededGenerator)
        throws
    {
        let tenants = [TenantID.default, try TenantID("acme"), try TenantID("zeta")]
        let tenant = tenants.randomElement(using: &generator) ?? .default
        let name = ["f", "g", "h"].randomElement(using: &generator) ?? "f"
        let id = try Sample.function(name, tenant: tenant)
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<50: try deploy(registry, &model, id, &generator)
        case 50..<72: rollback(registry, &model, id, "\(generator)")
        case 72..<78: remove(registry, &model, id, "\(generator)")
        case 78..<92: try setAlias(registry, &model, id, &generator)
        default:
            let added = try registry.addTenant(tenant, now: UnixTime(milliseconds: 1))
            #expect(added == model.tenants.insert(tenant).inserted, "\(generator)")
        }
    }

    private func deploy(
        _ registry: Registry, _ model: inout Model, _ id: FunctionID, _ generator: inout SeededGenerator
    ) throws {
        let revision = try Sample.revision(Int.random(in: 0..<12, using: &generator), name: id.name.rawValue)
        let isComplete = Int.random(in: 0..<8, using: &generator) > 0
        let outcome = Result {
            try registry.deploy(revision, manifestText: "", tenant: id.tenant, now: UnixTime(milliseconds: 1))
            { _ in
                isComplete
            }
        }
        guard isComplete, model.tenants.contains(id.tenant) else {
            #expect(throws: HearthError.self, "\(generator)") { try outcome.get() }
            return
        }
        var function = model.functions[id] ?? Model.Function()
        let previous = function.history.last
        if previous != revision.id { function.history.append(revision.id) }
        if !function.revisions.contains(revision) { function.revisions.append(revision) }
        model.functions[id] = function
        let change: DeployOutcome.Change =
            previous == nil ? .created : previous == revision.id ? .unchanged : .updated
        let expected = DeployOutcome(function: id, revision: revision.id, previous: previous, change: change)
        #expect(try outcome.get() == expected, "\(generator)")
    }

    private func rollback(_ registry: Registry, _ model: inout Model, _ id: FunctionID, _ seed: String) {
        let outcome = Result { try registry.rollback(id) }
        guard var function = model.functions[id], function.history.count > 1 else {
            #expect(throws: HearthError.self, "\(seed)") { try outcome.get() }
            return
        }
        function.history.removeLast()
        model.functions[id] = function
        #expect((try? outcome.get().revision) == function.history.last, "\(seed)")
    }

    private func remove(_ registry: Registry, _ model: inout Model, _ id: FunctionID, _ seed: String) {
        let outcome = Result { try registry.remove(id) }
        let existed = model.functions.removeValue(forKey: id) != nil
        #expect(((try? outcome.get()) != nil) == existed, "\(seed)")
    }

    private func setAlias(
        _ registry: Registry, _ model: inout Model, _ id: FunctionID, _ generator: inout SeededGenerator
    ) throws {
        let alias = try AliasName(Bool.random(using: &generator) ? "canary" : "old")
        let numbers = (0..<12).shuffled(using: &generator).prefix(Int.random(in: 0...2, using: &generator))
        let targets = try numbers.map {
            AliasTarget(
                try Sample.revision($0, name: id.name.rawValue).id,
                weight: Int.random(in: 1...9, using: &generator))
        }
        let outcome = Result { try registry.setAlias(alias, of: id, to: targets) }
        let known = Set(model.functions[id]?.revisions.map(\.id) ?? [])
        if !targets.isEmpty, targets.allSatisfy({ known.contains($0.revision) }) {
            model.functions[id]?.aliases[alias] = targets
            #expect(throws: Never.self, "\(generator)") { try outcome.get() }
        } else {
            #expect(throws: HearthError.self, "\(generator)") { try outcome.get() }
        }
    }

    private func expectAgreement(_ registry: Registry, _ model: Model, _ seed: String) throws {
        let snapshot = try registry.snapshot()
        #expect(snapshot.tenants == model.tenants.sorted(), "\(seed)")
        #expect(Set(snapshot.functions.keys) == Set(model.functions.keys), "\(seed)")
        for (id, function) in model.functions {
            let record = try #require(snapshot.functions[id], "\(seed)")
            #expect(record.live == function.history.last, "\(seed)")
            #expect(Set(record.revisions.values) == Set(function.revisions), "\(seed)")
            let live = [AliasTarget(record.live)]
            #expect(record.aliases == function.aliases.merging([.live: live]) { $1 }, "\(seed)")
            #expect(try registry.revisions(of: id).map(\.revision) == function.revisions, "\(seed)")
        }
        #expect(try registry.referencedBlobs() == model.blobs, "\(seed)")
    }
}

extension Registry {
    /// Commits without waiting for the disk, for tests of many steps.
    fileprivate func withoutSyncing() throws {
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    }
}
