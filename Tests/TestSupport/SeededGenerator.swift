import Foundation

/// A random generator whose whole future follows from its seed, so that a failure can be repeated.
///
/// The seed comes from `HEARTH_TEST_SEED` where that is set, else from the system. Put the generator into the
/// comment of an expectation, `#expect(a == b, "\(generator)")`, and the failure says how to repeat it. The
/// sequence is SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
    /// What the sequence started from.
    public let seed: UInt64
    private var state: UInt64

    /// Starts from the seed of this test run.
    public init() {
        self.init(seed: Self.runSeed)
    }

    /// Starts from a seed of the caller's.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// How to repeat the run.
    public var description: String { "repeat with HEARTH_TEST_SEED=\(seed)" }

    private static let runSeed: UInt64 =
        ProcessInfo.processInfo.environment["HEARTH_TEST_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...UInt64.max)
}

/// Runs a body with a generator of its own and, when it throws, says on standard error how to repeat the run.
///
/// - Throws: what the body throws.
public func withSeededGenerator<Result>(_ body: (inout SeededGenerator) throws -> Result) rethrows -> Result {
    var generator = SeededGenerator()
    do {
        return try body(&generator)
    } catch {
        FileHandle.standardError.write(Data("\(generator)\n".utf8))
        throw error
    }
}
