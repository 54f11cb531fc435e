import FunctionTypes
import Registry
import TestSupport
import Testing

@Suite struct RegistryResolvingTests {
    private let folder: TemporaryFolder
    private let registry: Registry
    private let id: FunctionID
    private let revisions: [Revision]

    init() throws {
        folder = try TemporaryFolder()
        registry = try Registry(path: folder.path("registry.db"))
        id = try Sample.function("f")
        revisions = try ["aaaaaaaa1", "aaaaaaaa2", "bbbbbbbb"].enumerated().map {
            try Sample.revision($0.offset, digits: $0.element)
        }
        for revision in revisions { try registry.deploy(revision) }
    }

    /// Asks the database and the snapshot, which must agree.
    private func resolve(_ text: String) throws -> [AliasTarget] {
        let reference = try FunctionReference(text)
        let snapshot = try registry.snapshot()
        let fromSnapshot = Result { try snapshot.resolve(reference, tenant: .default) }
        let fromDatabase = Result { try registry.resolve(reference) }
        switch (fromSnapshot, fromDatabase) {
        case (.success(let a), .success(let b)): #expect(a == b)
        case (.failure(let a), .failure(let b)): #expect(a as? HearthError == b as? HearthError)
        default: Issue.record("the snapshot says \(fromSnapshot), the database \(fromDatabase)")
        }
        return try fromSnapshot.get().targets
    }

    private func expectError(_ text: String, _ code: HearthError.Code, _ part: String) {
        let error = #expect(throws: HearthError.self) { try resolve(text) }
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func aBareNameIsTheLiveRevision() throws {
        #expect(try resolve("f") == [AliasTarget(revisions[2].id)])
        try registry.rollback(id)
        #expect(try resolve("f@live") == [AliasTarget(revisions[1].id)])
    }

    @Test func theStartOfADigestIsItsRevision() throws {
        #expect(try resolve("f@aaaaaaaa1") == [AliasTarget(revisions[0].id)])
        #expect(try resolve("f@bbbbbbbb") == [AliasTarget(revisions[2].id)])
        #expect(try resolve("f@\(revisions[1].id)") == [AliasTarget(revisions[1].id)])
    }

    @Test func aStartThatFitsSeveralRevisionsIsRefusedAndNamesThem() throws {
        expectError("f@aaaaaaaa", .conflict, "2 revisions")
        let error = #expect(throws: HearthError.self) { try resolve("f@aaaaaaaa") }
        #expect(error?.remedy?.contains(revisions[0].id.description) == true)
    }

    @Test func whatIsUnknownIsNamed() {
        expectError("g", .functionUnknown, "'g'")
        expectError("f@canary", .revisionUnknown, "'canary'")
        expectError("f@cccccccc", .revisionUnknown, "'cccccccc'")
    }

    @Test func anAliasHoldsItsTargetsInOrderWithWeights() throws {
        let canary = try AliasName("canary")
        let targets = [AliasTarget(revisions[2].id, weight: 90), AliasTarget(revisions[0].id, weight: 10)]
        try registry.setAlias(canary, of: id, to: targets)
        #expect(try resolve("f@canary") == targets)
        try registry.setAlias(canary, of: id, to: [AliasTarget(revisions[1].id)])
        #expect(try resolve("f@canary") == [AliasTarget(revisions[1].id)])
        #expect(try registry.removeAlias(canary, of: id))
        #expect(try !registry.removeAlias(canary, of: id))
        expectError("f@canary", .revisionUnknown, "'canary'")
    }

    @Test func anAliasThatMakesNoSenseIsRefused() throws {
        let canary = try AliasName("canary")
        let known = AliasTarget(revisions[0].id)
        let unknown = AliasTarget(try Sample.revision(77).id)
        let cases: [(AliasName, FunctionID, [AliasTarget], HearthError.Code)] = [
            (.live, id, [known], .invalidRequest), (canary, id, [], .invalidRequest),
            (canary, id, [known, known], .invalidRequest), (canary, id, [known, unknown], .revisionUnknown),
            (canary, try Sample.function("g"), [known], .functionUnknown),
        ]
        for (alias, id, targets, code) in cases {
            let error = #expect(throws: HearthError.self) {
                try registry.setAlias(alias, of: id, to: targets)
            }
            #expect(error?.code == code)
        }
        #expect(throws: HearthError.self) { try registry.removeAlias(.live, of: id) }
        #expect(try registry.function(id).aliases.keys.sorted() == [.live])
    }
}
