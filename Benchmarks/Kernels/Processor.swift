import Glibc
import Kernels

/// What the numbers were measured on.
enum Processor {
    private static let features = [
        "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni", "avx_vnni",
        "avx512_bf16", "amx_tile", "amx_int8", "asimd", "asimddp", "i8mm",
    ]

    /// Model, features and the instruction set in use, a line each.
    static func describe() -> String {
        let lines = cpuinfo().split(separator: "\n")
        func value(_ key: String) -> Substring? {
            lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).last
        }
        let flags = Set((value("flags") ?? value("Features") ?? "").split(separator: " ").map(String.init))
        let present = features.filter(flags.contains).joined(separator: " ")
        let model = (value("model name") ?? " unknown").drop { $0 == " " }
        return """
            processor   \(model), \(sysconf(CInt(_SC_NPROCESSORS_ONLN))) online
            features    \(present)
            best set    \(InstructionSet.best.rawValue)
            """
    }

    private static func cpuinfo() -> String {
        guard let file = fopen("/proc/cpuinfo", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// How fast one thread reads memory that is in no cache, in bytes a second: the ceiling of every product with
    /// few rows of X.
    static func readBandwidth() -> (median: Double, text: String) {
        let count = 256 << 20
        let words = UnsafeMutableBufferPointer<SIMD8<UInt64>>.allocate(capacity: count / 64)
        defer { words.deallocate() }
        words.initialize(repeating: SIMD8(repeating: 1))
        var sums = (SIMD8<UInt64>(), SIMD8<UInt64>(), SIMD8<UInt64>(), SIMD8<UInt64>())
        let time = Measurement {
            for i in stride(from: 0, to: words.count, by: 4) {
                sums.0 &+= words[i]
                sums.1 &+= words[i + 1]
                sums.2 &+= words[i + 2]
                sums.3 &+= words[i + 3]
            }
        }
        precondition((sums.0 &+ sums.1 &+ sums.2 &+ sums.3).wrappedSum() > 0, "the sum is used")
        func rate(_ seconds: Double) -> String { fixed(Double(count) / seconds * 1e-9, 1) }
        return (
            Double(count) / time.median,
            "\(rate(time.median)) GB/s (\(rate(time.high)) to \(rate(time.low))), one thread, 256 MiB"
        )
    }
}
