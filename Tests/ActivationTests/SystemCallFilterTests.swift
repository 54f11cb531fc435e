import Glibc
import Sandbox
import Testing

@testable import Activation

/// The filters do what the lists say, call by call.
@Suite(
    .enabled(
        if: SystemCallNumbers.areThisMachines, "the numbers of calls are written down for x86-64 alone"))
struct SystemCallFilterTests {
    private typealias Call = FilterMachine.Call

    private let refused = FilterMachine.Verdict.fail(UInt32(EPERM))

    /// Calls that depend on their arguments, or that are told to be unknown.
    private let special: Set<String> = ["clone", "clone3", "socket", "socketpair", "mmap", "mprotect"]

    private func machine(_ list: SystemCallList) throws -> FilterMachine {
        FilterMachine(program: try SystemCallFilter.compile(list))
    }

    private func number(_ name: String) throws -> UInt32 {
        try #require(SystemCallNumbers.all[name], "\(name) is no call of this machine")
    }

    @Test(arguments: SystemCallList.allCases) func whatIsListedIsAllowed(list: SystemCallList) throws {
        let machine = try machine(list)
        for call in list.calls where !special.contains(call.name) {
            let number = try number(call.name)
            for arguments in [[], [UInt64](repeating: .max, count: 6)] {
                let verdict = try machine.verdict(Call(number: number, arguments: arguments))
                #expect(verdict == .allow, "\(call.name)")
            }
        }
    }

    @Test(arguments: SystemCallList.allCases) func everythingElseFails(list: SystemCallList) throws {
        let machine = try machine(list)
        let listed = Set(list.calls.map(\.name))
        for (name, number) in SystemCallNumbers.all where !listed.contains(name) {
            #expect(try machine.verdict(Call(number: number)) == refused, "\(name)")
        }
        // What nobody has yet, and what the kernel takes for -1.
        let known = Set(SystemCallNumbers.all.values)
        for number in Array(0...1000 as ClosedRange<UInt32>) + [0x3FFF_FFFF] where !known.contains(number) {
            #expect(try machine.verdict(Call(number: number)) == refused, "\(number)")
        }
        #expect(try machine.verdict(Call(number: .max)) != .allow)
    }

    @Test(arguments: SystemCallList.allCases) func threadsAndChildrenHaveNoNamespaces(
        list: SystemCallList
    ) throws {
        let machine = try machine(list)
        let clone = try number("clone")
        // A thread of the C library's, fork, vfork, and a thread in another's address space.
        for flags in [0x003D_0F00, 0x0120_0011, 0x4111, 0x11, 0] as [UInt64] {
            #expect(try machine.verdict(Call(number: clone, arguments: [flags])) == .allow)
            // The kernel does not look at the upper half.
            #expect(
                try machine.verdict(Call(number: clone, arguments: [flags | 0xFFFF_FFFF << 32])) == .allow)
        }
        let namespaces: [UInt64] = [
            0x0000_0080, 0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000,
            0x4000_0000,
        ]
        for namespace in namespaces {
            for flags in [namespace, namespace | 0x11, namespace | 0x003D_0F00, namespace | 1 << 63] {
                #expect(
                    try machine.verdict(Call(number: clone, arguments: [flags])) == refused,
                    "\(String(flags, radix: 16))")
            }
        }
    }

    @Test(arguments: SystemCallList.allCases) func memoryIsNeverWrittenAndExecutable(list: SystemCallList)
        throws
    {
        let machine = try machine(list)
        let write = UInt64(PROT_WRITE)
        let execute = UInt64(PROT_EXEC)
        // Reading, memory tags, and growing down change nothing.
        for other in [0, 1, 0x20, 0x0100_0000, 0xFFFF_FFFF << 32] as [UInt64] {
            for protection in [0, write, execute, write | execute] {
                let arguments = [0x1000, 0x1000, protection | other]
                let map = try machine.verdict(Call(number: number("mmap"), arguments: arguments))
                #expect(
                    map == (protection == write | execute ? refused : .allow), "mmap \(protection | other)")
                let change = try machine.verdict(Call(number: number("mprotect"), arguments: arguments))
                #expect(
                    change == (protection & execute != 0 ? refused : .allow), "mprotect \(protection | other)"
                )
            }
        }
    }

    @Test(arguments: SystemCallList.allCases) func theCallWhoseFlagsCannotBeSeenIsUnknown(
        list: SystemCallList
    ) throws {
        // The C library then takes the older call.
        let clone3 = Call(number: try number("clone3"), arguments: [0x7FFF_0000_0000, 88])
        #expect(try machine(list).verdict(clone3) == .fail(UInt32(ENOSYS)))
    }

    @Test(arguments: SystemCallList.allCases) func socketsAreOfTheFamiliesThatTheListHas(
        list: SystemCallList
    ) throws {
        let machine = try machine(list)
        for name in ["socket", "socketpair"] where list.calls.contains(where: { $0.name == name }) {
            let number = try number(name)
            for family in 0...64 as ClosedRange<UInt64> {
                let isInternet = family == UInt64(AF_INET) || family == UInt64(AF_INET6)
                let isAllowed = family == UInt64(AF_UNIX) || (list.hasInternetSockets && isInternet)
                for kind in [1, 2, 3, 5] as [UInt64] {
                    let verdict = try machine.verdict(Call(number: number, arguments: [family, kind]))
                    #expect(verdict == (isAllowed ? .allow : refused), "\(name) of family \(family)")
                }
            }
            // The kernel looks at the lower half alone, and so no other half makes a family allowed.
            for family in [1 << 32, 16 | 1 << 32, 1 << 63 | 17, .max] as [UInt64] {
                let verdict = try machine.verdict(Call(number: number, arguments: [family, 1]))
                #expect(verdict == refused, "\(name) of family \(family)")
            }
        }
        #expect(list.hasInternetSockets == (list == .port))
    }

    @Test(arguments: SystemCallList.allCases) func thereIsNoWayRoundByAnotherArchitecture(
        list: SystemCallList
    ) throws {
        let machine = try machine(list)
        let x32: UInt32 = 0x4000_0000
        for number in 0...1000 as ClosedRange<UInt32> {
            let old = try machine.verdict(Call(number: number, architecture: Call.i386))
            #expect(old != .allow, "\(number) of i386")
            #expect(try machine.verdict(Call(number: number | x32)) != .allow, "\(number) of x32")
        }
        // Something else altogether: 64-bit ARM, and nothing.
        for architecture in [0xC000_00B7, 0] as [UInt32] {
            let read = try machine.verdict(Call(number: try number("read"), architecture: architecture))
            #expect(read == .kill)
        }
    }

    @Test(arguments: SystemCallList.allCases) func theKernelTakesAProgramOfThatLength(
        list: SystemCallList
    ) throws {
        // The C constant is BPF_MAXINSNS.
        #expect((1...4096).contains(try SystemCallFilter.compile(list).count))
    }
}
