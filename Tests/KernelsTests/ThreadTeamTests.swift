import CKernels
import Kernels
import Synchronization
import Testing

/// Counts how often each chunk ran, and notes a member that was used twice at a time.
private final class ChunkCounts: Sendable {
    let counts: Mutex<[Int]>
    let members: Mutex<Set<Int>> = Mutex([])
    let clashes = Atomic<Int>(0)

    init(_ chunks: Int) { counts = Mutex(Array(repeating: 0, count: chunks)) }

    func enter(_ chunk: Int, _ member: Int) {
        counts.withLock { $0[chunk] += 1 }
        if !members.withLock({ $0.insert(member).inserted }) { clashes.add(1, ordering: .relaxed) }
    }

    func leave(_ member: Int) { members.withLock { _ = $0.remove(member) } }
}

@Suite("Thread team") struct ThreadTeamTests {
    private func run(_ team: OpaquePointer, chunks: Int) -> ChunkCounts {
        let counts = ChunkCounts(chunks)
        hearth_kernels_team_run(
            team, chunks,
            { context, chunk, member in
                let counts = Unmanaged<ChunkCounts>.fromOpaque(context).takeUnretainedValue()
                counts.enter(chunk, member)
                // Long enough now and then for the other threads to arrive.
                if chunk % 7 == 0 { for _ in 0..<2_000 { _ = counts.clashes.load(ordering: .relaxed) } }
                counts.leave(member)
            }, Unmanaged.passUnretained(counts).toOpaque())
        return counts
    }

    @Test(arguments: [1, 2, 3, 8])
    func everyChunkRunsOnceInManyJobs(size: Int) throws {
        let team = try #require(hearth_kernels_team_create(size))
        defer { hearth_kernels_team_destroy(team) }
        for job in 0..<500 {
            let chunks = job % 23
            let counts = run(team, chunks: chunks)
            #expect(counts.counts.withLock { $0 } == Array(repeating: 1, count: chunks))
            #expect(counts.clashes.load(ordering: .relaxed) == 0)
        }
    }

    @Test func aTeamThatNeverWorkedEnds() throws {
        for size in 1...6 {
            hearth_kernels_team_destroy(try #require(hearth_kernels_team_create(size)))
        }
    }

    @Test func callersOfOneTeamTakeTurns() async throws {
        let arithmetic = Arithmetic(.best, team: try #require(ThreadTeam(size: 3)))
        let values = (0..<64 * 50).map { Float($0 % 17) - 8 }
        func squared() throws -> [Float] {
            var x = try ActivationMatrix(rows: 50, columns: 64)
            for row in 0..<50 { x.setRow(row, to: Array(values[row * 64..<(row + 1) * 64]).span) }
            arithmetic.gelu(&x, rows: 50)
            return (0..<50).flatMap { x.row($0) }
        }
        let expected = try squared()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try squared() } }
            for try await result in group { #expect(result == expected) }
        }
    }
}
