import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// A function whose program tries everything that it can think of, beside a function of another tenant.
    @Suite(
        "Hostile worker",
        .enabled(if: geteuid() == 0, "tenants have users of their own only where the host is started as root")
    )
    struct HostileWorkerTests {
        @Test func everyAttemptIsRefusedOrGainsNothing() async throws {
            let target = try await HostileTarget()
            let listeners = try Listeners(target.host.folder)
            let arguments = HostileExpectations.arguments(target, listeners)
            let names = try await target.attempts().filter { !HostileExpectations.elsewhere.contains($0) }
            #expect(names.count >= 200)
            let before = Surroundings(target.host, target.others)
            var refused = 0
            for name in names {
                let words = [name, arguments[name]].compactMap { $0 }.joined(separator: " ")
                let report = try await target.attempt(words)
                #expect(HostileExpectations.allow(report), "\(words): \(report)")
                if report.outcome == "refused" { refused += 1 }
            }
            #expect(refused >= 190)
            #expect(Surroundings(target.host, target.others).differences(from: before) == [])
            #expect(listeners.arrivals == [])
            try await target.expectVictimUnharmed("after every attempt")
            try await target.expectNothingLeft("after every attempt")
        }

        @Test func nothingOfTheHostOrOfAnotherTenantCanBeReached() async throws {
            let target = try await HostileTarget()
            let folder = target.host.folder
            #expect(
                folder.blobPaths.count == 2 && folder.codeFolders.count == 2, "a model, and a program twice")
            let before = Surroundings(target.host, target.others)
            for place in Self.places(target) {
                // A longer path is none of a socket.
                let connect = place.utf8.count < 108 ? ["unix-connect"] : []
                for attempt in ["read-file", "open-device", "write-file", "open-above", "openat2-above"]
                    + connect
                {
                    let report = try await target.attempt("\(attempt) \(place)")
                    #expect(report.outcome == "refused", "\(attempt) \(place): \(report)")
                }
                let listing = try await target.attempt("list-dir \(place)")
                // A place where something could be mounted may be there, and is empty.
                let shown = listing.detail.split(separator: " ").filter { $0 != "." && $0 != ".." }
                #expect(listing.outcome == "refused" || shown.isEmpty, "\(place): \(listing.detail)")
            }
            for attempt in Self.changes(target) {
                let report = try await target.attempt(attempt)
                #expect(report.outcome == "refused", "\(attempt): \(report)")
            }
            #expect(Surroundings(target.host, target.others).differences(from: before) == [])
            try await target.expectVictimUnharmed("after reading and writing")
        }

        /// What the attacker is not to see: the host's state, the victim's files, the machine's own.
        private static func places(_ target: HostileTarget) -> [String] {
            let state = target.host.folder.state
            let processes = target.others.flatMap {
                ["/proc/\($0)/mem", "/proc/\($0)/environ", "/proc/\($0)/root"]
            }
            let code = target.host.folder.codeFolders.flatMap {
                [
                    "\(state)/code/\($0)", "\(state)/code/\($0)/\(target.name)",
                    "\(state)/code/\($0)/neighbour",
                ]
            }
            return target.host.folder.blobPaths + code + processes + [
                state, "\(state)/registry.sqlite", "\(state)/control.sock", "\(state)/run", "\(state)/code",
                "\(state)/logs", "\(state)/blobs", target.victim.socket, "/etc/shadow", "/etc/passwd",
                "/root",
                "/home", "/var/lib", "/run/dbus/system_bus_socket", "/run/systemd/private", "/proc/1/environ",
                "/sys/kernel", "/dev/shm", "/../../etc/passwd", "/app/../../etc/passwd",
            ]
        }

        /// What would change them.
        private static func changes(_ target: HostileTarget) -> [String] {
            let state = target.host.folder.state
            let new = [
                "write-file \(state)/new", "mkdir \(state)/new", "symlink \(state)/new",
                "mkfifo \(state)/new",
                "unix-bind \(state)/new", "mknod \(state)", "fill-disk \(state)", "fill-names \(state)",
                "write-everywhere \(state)", "open-device /dev/ptmx",
            ]
            let old = target.host.folder.blobPaths.flatMap { blob in
                [
                    "chmod-own", "chown-own", "unlink-own", "truncate-own", "utimes-own", "setxattr-own",
                    "lock-file", "open-by-handle",
                ].map { "\($0) \(blob)" } + ["rename \(blob) \(state)/new", "link \(blob) \(state)/new"]
            }
            return new + old
        }

        @Test func nothingLeavesByTheNetwork() async throws {
            let target = try await HostileTarget()
            let listeners = try Listeners(target.host.folder)
            for attempt in [
                "tcp-connect 127.0.0.1 \(listeners.port)", "udp-send 127.0.0.1 \(listeners.port)",
                "tcp-connect 127.0.0.1 \(target.host.port)", "unix-connect \(listeners.path)",
                "unix-connect \(listeners.datagramPath)", "unix-connect \(target.host.folder.control)",
                "unix-connect \(target.victim.socket)", "abstract-connect \(listeners.abstractName)",
                "tcp-listen 0", "netlink", "netlink-audit", "packet", "raw-icmp", "ping-socket", "sctp",
                "mptcp",
                "vsock", "bluetooth", "can", "xdp", "alg", "dbus", "journal", "socket-family-sweep",
            ] {
                let report = try await target.attempt(attempt)
                #expect(report.outcome == "refused", "\(attempt): \(report)")
            }
            #expect(listeners.arrivals == [])
        }

        @Test func noOtherProcessIsTouched() async throws {
            let target = try await HostileTarget()
            let before = Surroundings(target.host, target.others)
            for process in target.others + [1] {
                // In a namespace of processes of its own, 1 is its own first process.
                if process == 1, RunningHost.activation == "direct" { continue }
                let kills =
                    process > 1 ? ["kill \(process) 9", "kill \(process) 19", "kill -\(process) 9"] : []
                for attempt in [
                    "ptrace-attach", "process-vm-readv", "process-vm-writev", "pidfd-getfd", "prlimit-other",
                    "affinity-other", "kcmp", "setns", "open-proc-pid", "perf-event-open",
                ].map({ "\($0) \(process)" }) + ["sigqueue \(process) 10"] + kills {
                    let report = try await target.attempt(attempt)
                    #expect(report.outcome == "refused", "\(attempt): \(report)")
                }
                // systemd's workers may name it, and no more.
                let named = try await target.attempt("pidfd-open \(process)")
                #expect(named.outcome == "refused" || named.detail.contains("not permitted"), "\(named)")
            }
            #expect(Surroundings(target.host, target.others).differences(from: before) == [])
            try await target.expectVictimUnharmed("after signals")
        }

        @Test func itHasNoPrivilegeAndNoSecretOfTheHost() async throws {
            let target = try await HostileTarget()
            let itself = try await target.attempt("describe").detail
            for mark in ["no_new_privs 1", "seccomp 2", "effective 0000000000000000", "folder /app"] {
                #expect(itself.contains(mark), "\(itself)")
            }
            #expect(!itself.contains("user 0 ") && !itself.contains("group 0 "), "\(itself)")
            let environment = try await target.attempt("own-environment").detail
            for word in [target.host.folder.state, "HEARTH_CONTROL", "HOME=/root", "SSH", "TOKEN"] {
                #expect(!environment.contains(word), "\(environment)")
            }
            let descriptors = try await target.attempt("fd-hunt")
            #expect(descriptors.outcome == "refused", "\(descriptors)")
        }

        /// Their arguments mean nothing: where the kernel says so, it has let the call in.
        @Test(.enabled(if: CallNumbers.all != nil, "needs the kernel's headers for x86-64"))
        func noCallBeyondTheListIsLetIn() async throws {
            let target = try await HostileTarget()
            let numbers = try #require(CallNumbers.all)
            let forbidden = numbers.filter { !CallNumbers.allowed.contains($0.key) }.sorted {
                $0.value < $1.value
            }
            #expect(forbidden.count > 200)
            for (name, number) in forbidden {
                let report = try await target.attempt("syscall \(number) -1 -1 -1 -1 -1 -1")
                #expect(report.outcome == "refused", "\(name): \(report)")
            }
            // Those that the headers do not know yet, too.
            for sweep in ["new-call-sweep 424 1000", "old-call-sweep"] {
                let letIn = try await target.attempt(sweep).detail.split(separator: " ").compactMap { word in
                    word.contains(":") ? Int(word.prefix { $0 != ":" }) : nil
                }
                let names = Set(numbers.filter { letIn.contains($0.value) }.keys)
                #expect(names.count == letIn.count && names.isSubset(of: CallNumbers.allowed), "\(letIn)")
            }
            try await target.expectVictimUnharmed("after every call")
        }
    }
}
