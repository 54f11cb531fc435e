import Glibc

/// Bytes mapped read-only, shared by whoever holds this object and unmapped when nobody does.
///
/// A mapped file shares its pages with the page cache and with every other process that maps it. The file
/// must not shrink while it is mapped: reading past its new end is a fatal SIGBUS. Blobs are never modified,
/// so they cannot.
public final class MappedFile: Sendable {
    private let address: UInt
    /// The number of mapped bytes; may be 0.
    public let count: Int

    /// The bytes; valid only while this object lives.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }

    /// How the pages of a mapping are brought in.
    public enum Population: Sendable {
        /// By page faults, when touched.
        case onDemand
        /// At once, from the page cache or the disk, with huge pages where the cache holds them.
        case immediate
    }

    /// Maps a whole file. The C functions are `mmap` and `madvise`.
    ///
    /// - Throws: ``SystemError``.
    public init(
        _ descriptor: borrowing FileDescriptor, population: Population = .onDemand
    ) throws(SystemError) {
        count = try descriptor.size()
        guard count > 0 else {
            address = 0
            return
        }
        guard let pages = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor.number, 0), pages != MAP_FAILED
        else {
            throw .last("map", "\(count) bytes of descriptor \(descriptor.number)")
        }
        address = UInt(bitPattern: pages)
        if population == .immediate {
            // Both are advice: kernels without huge pages for files, or older than 5.14, serve faults
            // instead.
            _ = madvise(pages, count, MADV_HUGEPAGE)
            _ = madvise(pages, count, Self.populateRead)
        }
    }

    /// Maps the file at a path.
    ///
    /// - Throws: ``SystemError``.
    public convenience init(path: String, population: Population = .onDemand) throws(SystemError) {
        try self.init(FileDescriptor.open(path, O_RDONLY), population: population)
    }

    /// Copies bytes into pages of their own, for data that never was a file.
    ///
    /// - Throws: ``SystemError``.
    public init(copying source: some Collection<UInt8>) throws(SystemError) {
        count = source.count
        guard count > 0 else {
            address = 0
            return
        }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let pages = mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0), pages != MAP_FAILED else {
            throw .last("map", "\(count) anonymous bytes")
        }
        UnsafeMutableRawBufferPointer(start: pages, count: count).copyBytes(from: source)
        address = UInt(bitPattern: pages)
    }

    deinit {
        if count > 0 { munmap(UnsafeMutableRawPointer(bitPattern: address), count) }
    }

    /// `MADV_POPULATE_READ` of Linux 5.14; absent from older C headers.
    private static let populateRead: CInt = 22
}
