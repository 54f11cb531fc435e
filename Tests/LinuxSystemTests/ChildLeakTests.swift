import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Hundreds of starts leave nothing behind. Other tests open files and start processes meanwhile, so what is
/// counted may differ by some; a leak would show as hundreds.
struct ChildLeakTests {
    private static let starts = 500

    private func openDescriptors() throws -> Int {
        try CommandRun(["ls", "/proc/\(getpid())/fd"], in: repositoryRoot).text.split(separator: "\n").count
    }

    /// Children of this process that have ended and were not reaped.
    private func zombies() throws -> Int {
        let text = try CommandRun(
            ["sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null; true"], in: repositoryRoot
        ).text
        return text.split(separator: "\n").count { line in
            let fields = line.drop { $0 != ")" }.split(separator: " ")
            return fields.count > 2 && fields[1] == "Z" && fields[2] == "\(getpid())"
        }
    }

    private func mappings() throws -> Int {
        try CommandRun(["cat", "/proc/\(getpid())/maps"], in: repositoryRoot).text.split(separator: "\n")
            .count
    }

    @Test func startsAndEndsLeaveNothing() throws {
        let output = try FileDescriptor.open("/dev/null", O_WRONLY)
        let (descriptors, maps) = (try openDescriptors(), try mappings())
        for _ in 0..<Self.starts {
            let child = try ChildProcess(
                starting: .init(path: "/bin/true", environment: [], output: output.number))
            #expect(waitUntilReadable(child.descriptor.number))
            #expect(try child.reap() == .exited(0))
        }
        #expect(try openDescriptors() < descriptors + Self.starts / 2)
        #expect(try mappings() < maps + Self.starts / 2)
        #expect(try zombies() < Self.starts / 2)
    }

    @Test func startsThatFailLeaveNothing() throws {
        let folder = try TemporaryFolder()
        let output = try FileDescriptor.open("/dev/null", O_WRONLY)
        let (descriptors, maps) = (try openDescriptors(), try mappings())
        for _ in 0..<Self.starts {
            #expect(throws: SystemError.self) {
                _ = try ChildProcess(
                    starting: .init(path: folder.path("missing"), environment: ["A=1"], output: output.number)
                )
            }
        }
        #expect(try openDescriptors() < descriptors + Self.starts / 2)
        #expect(try mappings() < maps + Self.starts / 2)
        #expect(try zombies() < Self.starts / 2)
    }
}
