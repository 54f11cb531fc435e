import LinuxSystem

// Every read of a model file goes through this type. It checks its bounds itself, each time, so a mistake in
// a parser is a stopped worker and never memory of somebody else in an answer.

/// The bytes of a mapped file behind checks; valid while the file is mapped, so whoever keeps one keeps the
/// file too.
///
/// It holds a number and no reference to the file: a vocabulary takes a hundred thousand reads, and counting
/// references took three quarters of the time.
@safe struct FileBytes: Sendable {
    let count: Int
    private let address: UInt

    init(_ file: MappedFile) {
        count = file.count
        address = unsafe UInt(bitPattern: file.bytes.baseAddress)
    }

    /// Reads a little-endian integer at any alignment; traps outside the file.
    func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self, at offset: Int) -> T {
        precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size, "a read lies outside the file")
        return unsafe T(littleEndian: pointer(at: offset)!.loadUnaligned(as: T.self))
    }

    /// Copies bytes out as text, or nil where they are not UTF-8; traps outside the file.
    func string(at offset: Int, count length: Int) -> String? {
        unsafe String(validating: slice(at: offset, count: length), as: UTF8.self)
    }

    /// Whether the file has these bytes at an offset; traps outside the file.
    func matches(_ other: Span<UInt8>, at offset: Int) -> Bool {
        let mine = unsafe slice(at: offset, count: other.count)
        return unsafe other.withUnsafeBytes { theirs in unsafe mine.elementsEqual(theirs) }
    }

    /// Calls `body` with bytes of the file, without copying; traps outside the file.
    func withSpan<Result>(at offset: Int, count length: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let bytes = unsafe slice(at: offset, count: length)
        return unsafe body(Span<UInt8>(_unsafeBytes: bytes))
    }

    /// Walks over strings, each a 64-bit length and its bytes; nil where one is not wholly inside the file.
    ///
    /// - Complexity: linear in the number of strings.
    func endOfStrings(_ number: Int, at start: Int) -> Int? {
        var offset = start
        for _ in 0..<number {
            guard offset <= count - 8 else { return nil }
            let length = load(UInt64.self, at: offset)
            offset += 8
            guard length <= UInt64(count - offset) else { return nil }
            offset += Int(length)
        }
        return offset
    }

    /// Bytes of the file; valid while `file` lives; traps outside the file.
    func slice(at offset: Int, count length: Int) -> UnsafeRawBufferPointer {
        precondition(
            offset >= 0 && length >= 0 && offset <= count && length <= count - offset,
            "a slice lies outside the file")
        return unsafe UnsafeRawBufferPointer(start: pointer(at: offset), count: length)
    }

    /// Nil in an empty file; checked by the caller otherwise.
    private func pointer(at offset: Int) -> UnsafeRawPointer? {
        unsafe UnsafeRawPointer(bitPattern: address &+ UInt(bitPattern: offset))
    }
}
