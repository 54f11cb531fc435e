import FunctionTypes
import Registry
import TestSupport
import Testing

@Suite struct RegistryTests {
    private let folder: TemporaryFolder
    private let registry: Registry

    init() throws {
        folder = try TemporaryFolder()
        registry = try Registry(path: folder.path("registry.db"))
    }

    @Test func aNewRegistryHasOneTenantAndNothingElse() throws {
        #expect(try registry.snapshot() == RegistrySnapshot(tenants: [.default], functions: [:]))
        #expect(try registry.tenants() == [.default])
        #expect(try registry.functions() == [])
        #expect(try registry.referencedBlobs() == [])
    }

    @Test func aDeployMakesTheRevisionLiveAndReadsBackWhole() throws {
        let id = try Sample.function("f")
        let revision = try Sample.revision(1)
        let outcome = try registry.deploy(revision, at: 42)
        #expect(outcome.function == id && outcome.revision == revision.id)
        #expect(outcome.change == .created && outcome.previous == nil)
        let record = try registry.function(id)
        #expect(record.liveRevision == revision)
        #expect(record.created == UnixTime(milliseconds: 42))
        #expect(record.aliases == [.live: [AliasTarget(revision.id)]])
        let stored = try registry.revisions(of: id)
        #expect(stored.map(\.revision) == [revision])
        #expect(stored.map(\.manifestText) == ["# revision \(revision.id.short)"])
        #expect(try registry.referencedBlobs() == Set(revision.files.map(\.digest)))
        #expect(try registry.snapshot().functions == [id: record])
    }

    @Test func aProgramReadsBackWhole() throws {
        let revision = try Sample.program()
        try registry.deploy(revision)
        let record = try registry.function(Sample.function("f"))
        #expect(record.liveRevision == revision)
        #expect(record.liveRevision.files.map(\.isExecutable) == [true, false])
        #expect(try registry.referencedBlobs() == Set(revision.files.map(\.digest)))
    }

    @Test func deployingTheLiveRevisionAgainChangesNothing() throws {
        let id = try Sample.function("f")
        try registry.deploy(Sample.revision(1))
        let before = try registry.snapshot()
        let outcome = try registry.deploy(Sample.revision(1), at: 99)
        #expect(outcome.change == .unchanged)
        #expect(outcome.previous == outcome.revision)
        #expect(try registry.snapshot() == before)
        #expect(try registry.deployments(of: id).count == 1)
    }

    @Test func rollbacksStepBackAndADeployGoesOnFromThere() throws {
        let id = try Sample.function("f")
        let revisions = try (0...3).map { try Sample.revision($0) }
        for revision in revisions[0...2] { try registry.deploy(revision) }
        #expect(try registry.rollback(id).revision == revisions[1].id)
        #expect(try registry.rollback(id).revision == revisions[0].id)
        let error = #expect(throws: HearthError.self) { try registry.rollback(id) }
        #expect(error?.code == .conflict)
        #expect(try registry.function(id).live == revisions[0].id)
        let outcome = try registry.deploy(revisions[3])
        #expect(outcome.change == .updated && outcome.previous == revisions[0].id)
        #expect(try registry.rollback(id).revision == revisions[0].id)
        #expect(throws: HearthError.self) { try registry.rollback(id) }
        let log = try registry.deployments(of: id)
        #expect(log.map(\.kind) == [.deploy, .deploy, .deploy, .rollback, .rollback, .deploy, .rollback])
        #expect(log.map(\.revision) == [0, 1, 2, 1, 0, 3, 0].map { revisions[$0].id })
        #expect(zip(log, log.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
        #expect(
            try registry.revisions(of: id).map(\.revision) == revisions, "no revision is lost by a rollback")
    }

    @Test func anOlderRevisionDeployedAgainIsOneStepAndOneRevision() throws {
        let id = try Sample.function("f")
        for number in [1, 2, 1] { try registry.deploy(Sample.revision(number)) }
        #expect(try registry.revisions(of: id).count == 2)
        #expect(try registry.rollback(id).revision == Sample.revision(2).id)
        #expect(try registry.rollback(id).revision == Sample.revision(1).id)
    }

    @Test func aRemovedFunctionLeavesNothingAndStartsAnew() throws {
        let id = try Sample.function("f")
        try registry.deploy(Sample.revision(1))
        try registry.deploy(Sample.revision(2))
        try registry.setAlias(AliasName("canary"), of: id, to: [AliasTarget(Sample.revision(1).id)])
        try registry.deploy(Sample.revision(7, name: "g"))
        try registry.remove(id)
        #expect(try registry.functions() == [Sample.function("g")])
        #expect(try registry.referencedBlobs() == Set(Sample.revision(7).files.map(\.digest)))
        for call in [
            { try registry.remove(id) }, { try registry.rollback(id) },
            { _ = try registry.revisions(of: id) },
        ] {
            let error = #expect(throws: HearthError.self) { try call() }
            #expect(error?.code == .functionUnknown)
            #expect(error?.message.contains("'f'") == true)
        }
        #expect(try registry.deploy(Sample.revision(1)).change == .created)
        #expect(throws: HearthError.self) { try registry.rollback(id) }
        #expect(try registry.function(id).aliases.keys.sorted() == [.live])
    }

    @Test func tenantsHaveFunctionsOfTheirOwn() throws {
        let acme = try TenantID("acme")
        let error = #expect(throws: HearthError.self) {
            try registry.deploy(Sample.revision(1), tenant: acme)
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("'acme'") == true)
        #expect(try registry.functions() == [])
        #expect(try registry.addTenant(acme, now: UnixTime(milliseconds: 1)))
        #expect(try !registry.addTenant(acme, now: UnixTime(milliseconds: 2)))
        #expect(try registry.tenants() == [acme, .default])
        try registry.deploy(Sample.revision(1), tenant: acme)
        try registry.deploy(Sample.revision(2))
        #expect(try registry.functions() == [Sample.function("f", tenant: acme), Sample.function("f")])
        #expect(try registry.functions(of: acme) == [Sample.function("f", tenant: acme)])
        #expect(try registry.function(Sample.function("f", tenant: acme)).live == Sample.revision(1).id)
        try registry.remove(Sample.function("f"))
        #expect(try registry.functions() == [Sample.function("f", tenant: acme)])
    }

    @Test func aManifestThatBreaksARuleIsNotDeployed() throws {
        var manifest = try Sample.revision(1).manifest
        manifest.limits.threads = 0
        let revision = Revision(id: try Sample.revision(1).id, manifest: manifest, files: [])
        let error = #expect(throws: HearthError.self) { try registry.deploy(revision) }
        #expect(error?.code == .invalidManifest)
        #expect(try registry.functions() == [])
    }
}
