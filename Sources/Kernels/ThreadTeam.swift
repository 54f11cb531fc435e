import CKernels
import Synchronization

/// Threads that share the work of one model: the caller's and `size - 1` of their own.
///
/// Work is handed out in small chunks by a counter, so a thread that the system pauses delays a job by the
/// chunk it holds and no more. Idle threads sleep. A team of one has no thread of its own.
@safe public final class ThreadTeam: @unchecked Sendable {
    // Sendable because the pointer never changes and `turn` admits one job at a time.
    private let team: OpaquePointer
    private let turn = Mutex(())

    /// The number of threads that work on a job, the caller's among them.
    public let size: Int

    /// Starts the threads, with all signals blocked; nil where the system grants no memory or no threads.
    public init?(size: Int) {
        precondition(size >= 1, "a team has at least one thread")
        guard let team = unsafe hearth_kernels_team_create(size) else { return nil }
        unsafe self.team = team
        self.size = size
    }

    deinit { unsafe hearth_kernels_team_destroy(team) }

    /// Jobs shorter than this stay on the caller's thread: to hand out a piece and to wait for it costs
    /// microseconds, and milliseconds where other processes want the same processors.
    private static let shortestSharedJob = 15_000

    typealias Chunk = (_ chunk: Int, _ member: Int) -> Void

    /// Calls the body once for each chunk, on several threads at once, and returns when all are done.
    ///
    /// `nanoseconds` is a rough guess at how long one thread would take for all chunks.
    /// `member` is below `size` and never in use twice at a time: an index for memory of one's own. The body
    /// must be safe to run on several threads, which the compiler cannot check here; what chunks write must
    /// not overlap.
    @unsafe func run(chunks: Int, nanoseconds: Int, _ body: Chunk) {
        guard chunks > 1, size > 1, nanoseconds >= Self.shortestSharedJob else {
            for chunk in 0..<max(chunks, 0) { body(chunk, 0) }
            return
        }
        turn.withLock { _ in
            withoutActuallyEscaping(body) { body in
                unsafe withUnsafePointer(to: body) { pointer in
                    let context = unsafe UnsafeMutableRawPointer(mutating: pointer)
                    unsafe hearth_kernels_team_run(
                        team, chunks,
                        { context, chunk, member in
                            unsafe context.assumingMemoryBound(to: Chunk.self).pointee(chunk, member)
                        }, context)
                }
            }
        }
    }
}
