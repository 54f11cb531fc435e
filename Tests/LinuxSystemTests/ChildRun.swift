import Glibc
import LinuxSystem

/// A child that ran to its end.
struct ChildRun {
    let output: String
    let status: ExitStatus
    let identifier: Int32

    /// Starts the program on the calling thread, reads all it prints, and waits for its end.
    init(
        _ path: String, _ arguments: [String] = [], environment: [String] = [], descriptors: [CInt] = []
    ) throws(SystemError) {
        let pipe = try Pipe()
        let child = try ChildProcess(
            starting: ChildProcess.Request(
                path: path, arguments: arguments, environment: environment, descriptors: descriptors,
                output: pipe.writeEnd.number))
        let readEnd = pipe.keepReadEnd()
        var bytes: [UInt8] = []
        while true {
            waitUntilReadable(readEnd.number)
            guard let piece = readAvailable(readEnd) else { continue }
            if piece.isEmpty { break }
            bytes += piece
        }
        waitUntilReadable(child.descriptor.number)
        identifier = child.identifier
        status = try child.reap()
        output = String(decoding: bytes, as: UTF8.self)
    }

    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Waits for at most a minute, which is for ever in a test. Returns whether the descriptor is readable.
@discardableResult
func waitUntilReadable(_ number: CInt) -> Bool {
    var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while true {
        let count = poll(&entry, 1, 60_000)
        if count >= 0 || errno != EINTR { return count > 0 }
    }
}
