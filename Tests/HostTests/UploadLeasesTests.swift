import FunctionTypes
import Scheduling
import Testing

@testable import Host

struct UploadLeasesTests {
    private func digest(_ number: UInt8) -> Digest {
        Digest(bytes: [UInt8](repeating: number, count: Digest.byteCount))
    }

    private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }

    @Test func aLeaseEndsByItself() {
        let leases = UploadLeases()
        #expect(leases.current(now: at(0)) == [])
        leases.renew([digest(1), digest(2)], now: at(0))
        #expect(leases.current(now: at(3599)) == [digest(1), digest(2)])
        #expect(leases.current(now: at(3600)) == [])
        #expect(leases.current(now: at(0)) == [], "what has ended is forgotten")
    }

    @Test func aRenewedLeaseEndsLater() {
        let leases = UploadLeases()
        leases.renew([digest(1), digest(2)], now: at(0))
        leases.renew([digest(2), digest(3)], now: at(3000))
        #expect(leases.current(now: at(4000)) == [digest(2), digest(3)])
    }

    @Test func aDeployThatIsThroughHoldsNothing() {
        let leases = UploadLeases()
        leases.renew([digest(1), digest(2)], now: at(0))
        leases.end([digest(1), digest(9)])
        #expect(leases.current(now: at(1)) == [digest(2)])
    }
}
