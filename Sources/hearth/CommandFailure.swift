import ArgumentParser
import FunctionTypes
import Glibc
import LinuxSystem

/// How the command ends when something went wrong: a sentence on standard error, and a code that scripts can
/// use.
enum CommandFailure {
    /// Exit codes beyond 0 and those of `ArgumentParser`.
    enum Code {
        static let refused: Int32 = 1
        static let usage: Int32 = 2
        static let notFound: Int32 = 3
        static let unreachable: Int32 = 4
        static let unusableInput: Int32 = 5
    }

    static func exit(for error: any Error, of command: any ParsableCommand.Type) -> Never {
        if let code = code(of: error) {
            printError("hearth: \(error)")
            Glibc.exit(code)
        }
        // Help and version are errors to the parser, with code 0; everything else it finds is wrong usage.
        let parserCode = command.exitCode(for: error)
        let message = command.fullMessage(for: error)
        if parserCode.isSuccess { print(message) } else if !message.isEmpty { printError(message) }
        Glibc.exit(
            parserCode.isSuccess ? 0 : parserCode == .validationFailure ? Code.usage : parserCode.rawValue)
    }

    private static func code(of error: any Error) -> Int32? {
        switch error {
        case is HostUnreachable: Code.unreachable
        case is SystemError: Code.refused
        case let error as HearthError:
            switch error.code {
            case .functionUnknown, .revisionUnknown, .routeUnknown: Code.notFound
            case .invalidRequest, .invalidManifest, .invalidModel, .payloadTooLarge, .headersTooLarge:
                Code.unusableInput
            case .unauthorized, .forbidden, .methodNotAllowed, .conflict, .blobMissing, .quotaExceeded,
                .internalError,
                .workerDied, .workerStartFailed, .noCapacity, .shuttingDown, .deadlineExceeded:
                Code.refused
            }
        default: nil
        }
    }
}
