import Glibc

/// Zeroed memory straight from the system, and straight back to it: a heap would keep it after a large
/// request.
@safe struct PageMemory: ~Copyable, @unchecked Sendable {
    // Sendable because it owns the pages and only `inout` access writes them.
    let start: UnsafeMutableRawPointer
    let byteCount: Int

    /// No memory: an aligned address that nobody reads.
    init() {
        unsafe self.init(start: UnsafeMutableRawPointer(bitPattern: 64)!, byteCount: 0)
    }

    /// - Throws: ``OutOfMemory``.
    init(byteCount: Int) throws(OutOfMemory) {
        guard byteCount > 0 else {
            self = PageMemory()
            return
        }
        let pages = unsafe mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
            throw OutOfMemory(byteCount: byteCount)
        }
        self = unsafe PageMemory(start: pages, byteCount: byteCount)
    }

    private init(start: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe self.start = start
        self.byteCount = byteCount
    }

    deinit {
        if byteCount > 0 { unsafe munmap(start, byteCount) }
    }
}

/// The system has no memory for a computation.
public struct OutOfMemory: Error, Hashable, CustomStringConvertible {
    /// What was asked for.
    public let byteCount: Int

    /// One sentence without a full stop.
    public var description: String {
        "cannot get \(byteCount) bytes of memory for a computation; send a smaller request or raise the memory limit"
    }
}
