import Glibc
import LinuxSystem

/// Page-aligned memory that collects what is written at once. Its pages cost nothing until they are touched,
/// so a small blob does not pay for a large piece.
struct AlignedPiece: ~Copyable, Sendable {
    // Kept as a number: a pointer would not be Sendable, and this value is the only owner.
    private let address: UInt
    let count: Int

    init(count: Int) throws(SystemError) {
        guard let pages = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            pages != MAP_FAILED
        else { throw .last("map", "\(count) bytes to collect a blob's bytes in") }
        address = UInt(bitPattern: pages)
        self.count = count
    }

    deinit { munmap(UnsafeMutableRawPointer(bitPattern: address), count) }

    /// The memory; valid only while this value lives.
    var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: address), count: count)
    }
}
