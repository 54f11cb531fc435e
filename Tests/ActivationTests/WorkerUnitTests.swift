import LinuxSystem
import Testing

@testable import Activation

/// What the signals of a worker's service mean, one signal after the other, as systemd sends them.
struct WorkerUnitTests {
    /// One signal and what it means.
    private struct Step {
        let changes: [WorkerUnit.Change]
        let meanings: [WorkerUnit.Meaning]
    }

    private func step(_ changes: WorkerUnit.Change..., means meanings: WorkerUnit.Meaning...) -> Step {
        Step(changes: changes, meanings: meanings)
    }

    /// How systemd announces a process.
    private var started: Step {
        step(.mainProcess(42), .activeState("activating"), .result("success"), means: .process(42))
    }

    private let killed: Int32 = 2
    private let dumped: Int32 = 3

    @discardableResult
    private func play(socket: String? = "hearth-7.socket", _ steps: [Step]) -> WorkerUnit {
        var unit = WorkerUnit(id: 7, service: "hearth-7.service", socket: socket)
        for (number, step) in steps.enumerated() {
            let meanings = unit.take(step.changes)
            #expect(meanings == step.meanings, "signal \(number + 1)")
        }
        return unit
    }

    @Test func aWorkerStartsServesAndEndsWhenItIsToldTo() {
        let unit = play([
            step(.activeState("inactive"), .mainProcess(0), .endedBy(code: 0, status: 0)),
            started,
            // READY=1 shows as the state, which is the readiness probe's business.
            step(.activeState("active"), .mainProcess(42)),
            step(.statusText("model loaded"), means: .status("model loaded")),
            step(.activeState("deactivating"), .mainProcess(42)),
            step(.mainProcess(0), .endedBy(code: 1, status: 0)),
            step(.activeState("inactive"), .result("success"), means: .ended(.exited(0))),
        ])
        #expect(unit.hasEnded)
    }

    @Test func aProgramThatDoesNotHandleTheStopEndsByItsSignal() {
        // For systemd that is a success.
        play([
            started, step(.activeState("deactivating")),
            step(
                .endedBy(code: killed, status: 15), .activeState("inactive"), .result("success"),
                means: .ended(.signalled(15))),
        ])
    }

    @Test func aModelThatCannotBeServedIsExplainedByTheWorkersLastStatus() {
        play([
            started,
            step(.statusText("the model has no tokenizer"), means: .status("the model has no tokenizer")),
            step(
                .mainProcess(0), .endedBy(code: 1, status: 65), .result("exit-code"), .activeState("failed"),
                means: .failure("the model has no tokenizer"), .ended(.exited(65))),
        ])
    }

    @Test func whatAWorkerSaidAfterItServedIsNoCauseOfItsEnd() {
        play([
            started, step(.activeState("active")),
            step(.statusText("serving"), means: .status("serving")),
            step(
                .mainProcess(0), .endedBy(code: 1, status: 3), .result("exit-code"), .activeState("failed"),
                means: .ended(.exited(3))),
        ])
    }

    @Test func aValidationIsActiveFromItsStartAndStillExplainsItsVerdict() {
        play(
            socket: nil,
            [
                started, step(.activeState("active")),
                step(.statusText("the file is cut off"), means: .status("the file is cut off")),
                step(
                    .mainProcess(0), .endedBy(code: 1, status: 65), .result("exit-code"),
                    .activeState("failed"), means: .failure("the file is cut off"), .ended(.exited(65))),
            ])
    }

    @Test func anExitWithoutAWordIsOnlyAnEnd() {
        play([
            started,
            step(
                .endedBy(code: 1, status: 1), .result("exit-code"), .activeState("failed"),
                means: .ended(.exited(1))),
        ])
    }

    @Test func whatIsKilledEndsByItsSignalAndNeedsNoCause() {
        play([
            started,
            step(
                .activeState("failed"), .result("signal"), .endedBy(code: killed, status: 9),
                means: .ended(.signalled(9))),
        ])
        play([
            started,
            step(
                .activeState("failed"), .result("core-dump"), .endedBy(code: dumped, status: 11),
                means: .ended(.signalled(11))),
        ])
    }

    @Test(
        "systemd's own reasons become sentences",
        arguments: [
            ("watchdog", 3, 6, "it was silent for too long, and the watchdog ended it"),
            ("oom-kill", 2, 9, "it used more memory than limits.memory allows"),
            ("timeout", 2, 9, "it was not ready in time"), ("resources", 2, 9, "systemd says 'resources'"),
        ] as [(String, Int32, Int32, String)])
    func reasons(result: String, code: Int32, signal: Int32, sentence: String) {
        play([
            started, step(.statusText("busy"), means: .status("busy")),
            step(
                .result(result), .endedBy(code: code, status: signal), .activeState("failed"),
                means: .failure(sentence), .ended(.signalled(signal))),
        ])
    }

    @Test func aStartThatIsRefusedHasAnEndAndACauseButNoProcess() {
        play([
            step(.activeState("inactive")),
            step(
                .activeState("failed"), .result("start-limit-hit"),
                means: .failure("its process ended before it could be used"), .ended(.exited(-1))),
        ])
    }

    @Test(arguments: [200, 226, 245])
    func whatSystemdCouldNotSetUpIsLookedUpInTheJournal(status: Int32) {
        play([
            started,
            step(
                .endedBy(code: 1, status: status), .result("exit-code"), .activeState("failed"),
                means: .failure(
                    "systemd could not set its process up (exit status \(status)); "
                        + "`journalctl -u hearth-7.service` says why"),
                .ended(.exited(status))),
        ])
    }

    @Test(arguments: [199, 246]) func otherStatusesAreTheProgramsOwn(status: Int32) {
        play([
            started,
            step(
                .endedBy(code: 1, status: status), .result("exit-code"), .activeState("failed"),
                means: .ended(.exited(status))),
        ])
    }

    @Test func aUnitThatIsInactiveBeforeItsProcessExistsHasNotEnded() {
        let unit = play([
            step(.activeState("inactive")), step(.activeState("inactive"), .endedBy(code: 0, status: 0)),
            // For a moment the number is there and the state is still the old one.
            step(.activeState("inactive"), .mainProcess(42), means: .process(42)),
            step(.activeState("inactive"), .mainProcess(42)),
        ])
        #expect(!unit.hasEnded)
    }

    @Test func aUnitThatIsRemovedWithoutAnEndHasEnded() {
        var unit = play([started])
        let meanings = unit.removed()
        #expect(meanings.last == .ended(.exited(-1)))
        #expect(unit.hasEnded)
        let again = unit.removed()
        #expect(again.isEmpty)
    }

    @Test func aUnitThatIsRemovedWhenItsEndIsKnownEndedSo() {
        var unit = play([
            started, step(.endedBy(code: killed, status: 9), .result("signal"), .mainProcess(0)),
        ])
        let meanings = unit.removed()
        #expect(meanings == [.ended(.signalled(9))])
    }

    @Test func theSameSignalAgainMeansNothing() {
        let status = step(.statusText("warming up"), means: .status("warming up"))
        let again = Step(changes: status.changes, meanings: [])
        play([
            started, Step(changes: started.changes, meanings: []), status, again, again,
            // An empty text takes the last one back and says nothing itself.
            step(.statusText("")), status,
        ])
    }

    @Test func afterTheEndNothingMeansAnything() {
        let end = step(
            .endedBy(code: 1, status: 0), .result("success"), .activeState("inactive"),
            means: .ended(.exited(0)))
        var unit = play([
            started, end, Step(changes: end.changes, meanings: []), step(.mainProcess(43)),
            step(.statusText("late")),
            step(.activeState("failed"), .result("watchdog"), .endedBy(code: killed, status: 9)),
        ])
        let removed = unit.removed()
        #expect(removed.isEmpty)
    }
}
