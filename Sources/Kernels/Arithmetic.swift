import CKernels

/// The arithmetic of models, on one instruction set and one team of threads.
///
/// Every operation returns when it is done and blocks its thread, so call it from a thread of your own and
/// never from the cooperative pool. Results do not depend on the number of threads, nor on what else is in
/// the same matrix. Shapes that do not fit trap: they are mistakes of the program, as files are checked when
/// they are opened.
public final class Arithmetic: Sendable {
    /// The instructions in use.
    public let instructionSet: InstructionSet
    let team: ThreadTeam

    /// Uses an instruction set, which must be available, and a team.
    public init(_ instructionSet: InstructionSet = .best, team: ThreadTeam) {
        precondition(instructionSet.isAvailable, "this processor has no \(instructionSet.rawValue)")
        self.instructionSet = instructionSet
        self.team = team
    }

    /// The number of threads, the caller's among them.
    public var threads: Int { team.size }

    var isa: hearth_kernels_isa { instructionSet.isa }

    /// Does something for each of some rows, a few rows at a time, on all threads where it takes long enough.
    @unsafe func forRows(
        _ rows: Range<Int>, atATime step: Int, nanosecondsEach: Int, _ body: (Range<Int>) -> Void
    ) {
        let chunks = (rows.count + step - 1) / step
        unsafe team.run(chunks: chunks, nanoseconds: rows.count * nanosecondsEach) { chunk, _ in
            let first = rows.lowerBound + chunk * step
            body(first..<min(first + step, rows.upperBound))
        }
    }
}
