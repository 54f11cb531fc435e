import TestSupport
import Testing

@testable import Sandbox

/// Each tenant's workers have users of their own.
struct UserRangesTests {
    @Test func tenantsNeverShareAUserAtTheSameTime() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var ranges = UserRanges()
        var running: [(tenant: String, user: UInt32)] = []
        for worker in 0..<5000 as Range<UInt64> {
            if running.count > 40 || (!running.isEmpty && Bool.random(using: &random)) {
                let index = Int.random(in: running.indices, using: &random)
                ranges.release(tenant: running.remove(at: index).tenant)
            } else {
                let tenant = "tenant-\(Int.random(in: 0..<20, using: &random))"
                let acquired = ranges.acquire(tenant: tenant, worker: worker)
                let user = try #require(acquired, "seed \(seed)")
                #expect(user >= UserRanges.base && user <= UInt32(Int32.max))
                for other in running where other.tenant != tenant {
                    let isApart =
                        (other.user - UserRanges.base) / UserRanges.rangeSize
                        != (user - UserRanges.base) / UserRanges.rangeSize
                    #expect(isApart, "\(tenant) and \(other.tenant) share a range, seed \(seed)")
                }
                running.append((tenant, user))
            }
        }
    }

    @Test func twoWorkersOfATenantHaveTwoUsers() {
        var ranges = UserRanges()
        let users = (1...100 as ClosedRange<UInt64>).map { ranges.acquire(tenant: "a", worker: $0) }
        #expect(Set(users).count == 100)
    }

    @Test func whenEveryRangeIsTakenNobodyGetsOne() {
        var ranges = UserRanges()
        let users = (0..<UserRanges.rangeCount).map { ranges.acquire(tenant: "\($0)", worker: 1) }
        #expect(!users.contains(nil))
        let refused = ranges.acquire(tenant: "one more", worker: 1)
        let second = ranges.acquire(tenant: "0", worker: 2)
        #expect(refused == nil)
        #expect(second != nil, "who has a range keeps it")
        ranges.release(tenant: "5")
        let late = ranges.acquire(tenant: "one more", worker: 1)
        #expect(late != nil)
    }
}
