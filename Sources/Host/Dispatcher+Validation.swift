import Activation
import FunctionTypes
import LinuxSystem
import NIOCore
import Scheduling
import Synchronization
import WorkerProtocol

/// A model file that a worker is judging.
struct ModelValidation {
    let verdict: CheckedContinuation<HearthError?, Never>
    let deadline: Scheduled<Void>
    var failure: String?
}

extension Dispatcher {
    /// Has a worker load a model and run it once, in the sandbox that it would serve in; model files are never opened by
    /// the host itself.
    ///
    /// - Throws: ``HearthError`` `.invalidModel` with the worker's reason.
    func validate(_ target: WorkerTarget) async throws(HearthError) {
        var specification = target.specification
        specification.purpose = .validate
        let start = WorkerStart(
            id: 0, plan: target.plan, specification: specification, socketPath: nil,
            modelPath: target.modelPath)
        let verdict = await withCheckedContinuation { continuation in
            state.withLock { state in
                state.lastValidationNumber += 1
                var start = start
                start.id = state.lastValidationNumber
                let deadline = timerLoop.scheduleTask(in: .seconds(60)) { [activation, id = start.id] in
                    activation.kill(id)
                }
                state.validations[start.id] = ModelValidation(verdict: continuation, deadline: deadline)
                activation.start(start)
            }
        }
        if let verdict { throw verdict }
    }

    func finishValidation(_ id: UInt64, _ status: ExitStatus) {
        guard let validation = state.withLock({ $0.validations.removeValue(forKey: id) }) else { return }
        validation.deadline.cancel()
        guard status != .exited(0) else { return validation.verdict.resume(returning: nil) }
        let cause = validation.failure ?? "the validating process \(status)"
        validation.verdict.resume(
            returning: HearthError(
                .invalidModel, "The model cannot be used: \(cause).",
                remedy: "Make the file anew with `hearth pack`, or check that it was copied completely."))
    }

    func finishValidation(_ id: UInt64, _ error: SystemError) {
        guard let validation = state.withLock({ $0.validations.removeValue(forKey: id) }) else { return }
        validation.deadline.cancel()
        validation.verdict.resume(
            returning: HearthError(
                .internalError, "The model was not validated: \(error).",
                remedy:
                    "The model was not looked at: see what the host's log says of this machine and its sandboxes, and Docs/Operations.md."
            ))
    }
}
