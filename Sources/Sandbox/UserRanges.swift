/// Which user numbers the workers of each tenant get: a range of 65,536 a tenant, one number a worker. Nothing on disk
/// belongs to them, so a range is free again when the tenant's last worker has ended.
struct UserRanges: Sendable {
    /// Numbers that systemd's own documentation leaves to nobody, up to the largest that all tools can read.
    static let base: UInt32 = 1_900_000_000
    static let rangeSize: UInt32 = 65_536
    static let rangeCount: UInt32 = (UInt32(Int32.max) - base) / rangeSize

    private var ranges: [String: (number: UInt32, workers: Int)] = [:]

    /// A user for a new worker; nil where every range is taken.
    mutating func acquire(tenant: String, worker: UInt64) -> UInt32? {
        if ranges[tenant] == nil {
            let taken = Set(ranges.values.map(\.number))
            guard let free = (0..<Self.rangeCount).first(where: { !taken.contains($0) }) else { return nil }
            ranges[tenant] = (free, 0)
        }
        guard let range = ranges[tenant]?.number else { return nil }
        ranges[tenant]?.workers += 1
        return Self.base + range * Self.rangeSize + UInt32(worker % UInt64(Self.rangeSize))
    }

    /// A worker of the tenant has ended.
    mutating func release(tenant: String) {
        guard let range = ranges[tenant] else { return }
        ranges[tenant] = range.workers > 1 ? (range.number, range.workers - 1) : nil
    }
}
