import FunctionTypes
import Testing

@Suite struct ByteCountTests {
    @Test(
        "a written size means its number of bytes",
        arguments: [
            ("0", 0), ("1", 1), ("4096", 4096), ("4096B", 4096), ("7 B", 7), ("1kB", 1000), ("1KB", 1000),
            ("4KiB", 4096), ("512MiB", 536_870_912), ("512 MiB", 536_870_912), ("4MB", 4_000_000),
            ("4GB", 4_000_000_000), ("4GiB", 4_294_967_296), ("2TB", 2_000_000_000_000),
            ("1TiB", 1_099_511_627_776), ("007", 7), ("9223372036854775807", Int.max),
            ("8388607TiB", 8_388_607 << 40),
        ])
    func parses(_ text: String, _ bytes: Int) throws {
        #expect(try ByteCount(text).bytes == bytes)
    }

    @Test(
        "anything else is refused, with its cause",
        arguments: [
            ("", "not a number of bytes"), ("MiB", "not a number of bytes"), ("-1", "not a number of bytes"),
            ("+1", "not a number of bytes"), (" 1", "not a number of bytes"),
            ("1.5GiB", "not a whole number"),
            ("1G", "unknown unit"), ("1m", "unknown unit"), ("1mib", "unknown unit"),
            ("1  MiB", "unknown unit"),
            ("1 ", "unknown unit"), ("1MiB ", "unknown unit"), ("1MiB/s", "unknown unit"),
            ("١MiB", "not a number"),
            ("9223372036854775808", "too large"), ("8388608TiB", "too large"),
            ("99999999999999999999GiB", "too large"),
        ])
    func refuses(_ text: String, _ cause: String) {
        let error = #expect(throws: HearthError.self) { try ByteCount(text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
    }

    @Test(
        "a size is printed in the largest unit that is exact",
        arguments: [
            (0, "0"), (1, "1"), (999, "999"), (1000, "1kB"), (1024, "1KiB"), (1536, "1536"), (2048, "2KiB"),
            (1 << 30, "1GiB"), (4_000_000_000, "3906250KiB"), (5_000_000, "5MB"), (3 << 40, "3TiB"),
        ])
    func prints(_ bytes: Int, _ text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test func printedSizesReadBackAsTheSameNumber() throws {
        for shift in 0..<62 {
            for offset in [-1, 0, 1, 1000] where (1 << shift) + offset >= 0 {
                let size = ByteCount((1 << shift) + offset)
                #expect(try ByteCount(size.description) == size)
            }
        }
    }

    @Test func sizesOrderByNumber() {
        #expect(ByteCount.kibibytes(1) < .mebibytes(1))
        #expect(ByteCount.mebibytes(1024) == .gibibytes(1))
    }
}
