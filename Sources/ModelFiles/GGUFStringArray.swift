import LinuxSystem

// A vocabulary has 30,000 to 250,000 entries, and a Swift string for each of them would cost more time and
// memory at start than all the rest of a small model. So the entries stay in the mapping: a string array is
// walked in place, and whoever needs random access keeps four bytes an entry.

/// An array of strings in the metadata of a GGUF file, in place: each is a 64-bit length and its bytes.
///
/// The bytes of an entry are not checked to be UTF-8; vocabularies of byte-level tokenizers are not.
public struct GGUFStringArray: Sendable {
    let file: MappedFile
    let bytes: FileBytes
    let offset: Int
    let byteCount: Int
    /// The number of strings.
    public let count: Int

    /// Calls `body` with the index, the position and the bytes of every string in order. The position is what
    /// ``matches(_:at:)`` takes.
    ///
    /// - Complexity: one pass over the array; no allocation.
    public func forEach(_ body: (_ index: Int, _ position: UInt32, _ bytes: Span<UInt8>) -> Void) {
        var position = 0
        for index in 0..<count {
            let length = self.length(at: position)
            bytes.withSpan(at: offset + position + 8, count: length) { span in
                body(index, UInt32(position), span)
            }
            position += 8 + length
        }
    }

    /// Whether the string at a position that ``forEach(_:)`` gave has exactly these bytes. Traps at a
    /// position outside the array.
    public func matches(_ other: Span<UInt8>, at position: UInt32) -> Bool {
        let length = self.length(at: Int(position))
        return length == other.count && bytes.matches(other, at: offset + Int(position) + 8)
    }

    /// Whether the strings at two positions that ``forEach(_:)`` gave are equal. Traps at a position outside
    /// the array.
    public func areEqual(_ a: UInt32, _ b: UInt32) -> Bool {
        let length = self.length(at: Int(a))
        return length == self.length(at: Int(b))
            && bytes.withSpan(at: offset + Int(a) + 8, count: length) {
                bytes.matches($0, at: offset + Int(b) + 8)
            }
    }

    /// The string at a position that ``forEach(_:)`` gave; nil where it is not UTF-8. Traps at a position
    /// outside the array.
    public func string(at position: UInt32) -> String? {
        bytes.string(at: offset + Int(position) + 8, count: length(at: Int(position)))
    }

    private func length(at position: Int) -> Int {
        precondition(position <= byteCount - 8, "a position lies outside the array")
        return Int(clamping: bytes.load(UInt64.self, at: offset + position))
    }
}
