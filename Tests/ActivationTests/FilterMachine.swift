/// Runs a filter as the kernel does: classic BPF, of which seccomp allows loads of whole words of the call's
/// data, comparisons, jumps forward, and a few sums. The C types are `struct sock_filter` and
/// `struct seccomp_data`.
struct FilterMachine {
    /// What the kernel does with a call.
    enum Verdict: Hashable {
        case allow
        case fail(UInt32)
        case kill
    }

    /// A program that the kernel would not have loaded, or that does what this machine does not know.
    struct BadProgram: Error {
        let cause: String
    }

    /// A call as the filter sees it.
    struct Call {
        static let x86_64: UInt32 = 0xC000_003E
        static let i386: UInt32 = 0x4000_0003

        var number: UInt32
        var architecture = x86_64
        var arguments: [UInt64] = []

        /// The word at an offset of `struct seccomp_data`, on a machine that puts the lower half first.
        func word(at offset: UInt32) -> UInt32? {
            switch offset {
            case 0: return number
            case 4: return architecture
            case 8, 12: return 0
            case 16..<64 where offset % 4 == 0:
                let place = Int(offset - 16) / 8
                let argument = place < arguments.count ? arguments[place] : 0
                return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
            default: return nil
            }
        }
    }

    let program: [UInt64]

    func verdict(_ call: Call) throws -> Verdict {
        var accumulator: UInt32 = 0
        var place = 0
        while program.indices.contains(place) {
            let instruction = program[place]
            let value = UInt32(truncatingIfNeeded: instruction >> 32)
            let (whenTrue, whenFalse) = (Int(instruction >> 16 & 0xFF), Int(instruction >> 24 & 0xFF))
            place += 1
            switch instruction & 0xFFFF {
            case 0x20:
                guard let word = call.word(at: value) else {
                    throw BadProgram(cause: "loads the word at \(value)")
                }
                accumulator = word
            case 0x54: accumulator &= value
            case 0x05: place += Int(value)
            case 0x15: place += accumulator == value ? whenTrue : whenFalse
            case 0x25: place += accumulator > value ? whenTrue : whenFalse
            case 0x35: place += accumulator >= value ? whenTrue : whenFalse
            case 0x45: place += accumulator & value != 0 ? whenTrue : whenFalse
            case 0x06: return try Self.verdict(value)
            case 0x16: return try Self.verdict(accumulator)
            case let other: throw BadProgram(cause: "has the instruction \(String(other, radix: 16))")
            }
        }
        throw BadProgram(cause: "runs past its end")
    }

    /// What the number that a program returns means. The C constants are `SECCOMP_RET_`.
    private static func verdict(_ number: UInt32) throws -> Verdict {
        switch number & 0xFFFF_0000 {
        case 0x7FFF_0000: return .allow
        case 0x0005_0000: return .fail(number & 0xFFFF)
        case 0x0000_0000, 0x8000_0000: return .kill
        default: throw BadProgram(cause: "returns \(String(number, radix: 16))")
        }
    }
}
