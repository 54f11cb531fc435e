import ModelFiles

// Looking up a piece of text among 30,000 to 250,000 tokens, with nothing private to the process but about a
// dozen bytes a token: the strings stay in the mapped file, and the table is flat.
//
// An entry holds the token's number plus one in its low bits and, in the bits above, a piece of the hash, so
// that a string is compared only when it almost certainly is the one. The hash is computed byte by byte,
// because the tokenizer asks for all prefixes of a word at once and goes on from one prefix to the next.

/// Token numbers by token text.
struct VocabularyTable: Sendable {
    private let strings: GGUFStringArray
    private var positions: [UInt32]
    private var entries: [UInt32]
    private let numberMask: UInt32
    /// The length of the longest token in bytes.
    let longest: Int

    /// The number of tokens.
    var count: Int { positions.count }

    /// Indexes all strings; where two are equal, the later one counts.
    ///
    /// - Precondition: fewer than 2^30 strings.
    init(_ strings: GGUFStringArray) {
        precondition(strings.count < 1 << 30, "a vocabulary of \(strings.count) tokens")
        let hashes = Self.hashes(of: strings)
        self.strings = strings
        positions = hashes.positions
        longest = hashes.longest
        numberMask = UInt32.max >> UInt32(UInt32(strings.count).leadingZeroBitCount)
        var capacity = 16
        while capacity < strings.count * 2 { capacity *= 2 }
        entries = [UInt32](repeating: 0, count: capacity)
        for (number, hash) in hashes.values.enumerated() { insert(number, hash) }
    }

    /// The number of the token with these bytes, whose hash the caller has.
    func number(of bytes: Span<UInt8>, hash: UInt64) -> Int? {
        let slot = slot(hash) { strings.matches(bytes, at: positions[$0]) }
        let entry = entries[slot]
        return entry == 0 ? nil : Int(entry & numberMask) - 1
    }

    /// The number of the token with this text.
    func number(of text: String) -> Int? {
        var hash = TokenHash()
        for byte in text.utf8 { hash.append(byte) }
        return number(of: Array(text.utf8).span, hash: hash.value)
    }

    /// The text of a token; nil where it is not UTF-8.
    func text(of number: Int) -> String? { strings.string(at: positions[number]) }

    /// Where the token is, or the free slot where it would be.
    private func slot(_ hash: UInt64, isEqual: (Int) -> Bool) -> Int {
        let wanted = fingerprint(hash)
        var slot = Int(truncatingIfNeeded: hash) & (entries.count - 1)
        while true {
            let entry = entries[slot]
            if entry == 0 { return slot }
            if entry & ~numberMask == wanted, isEqual(Int(entry & numberMask) - 1) { return slot }
            slot = (slot + 1) & (entries.count - 1)
        }
    }

    private func fingerprint(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 32) & ~numberMask
    }

    private mutating func insert(_ number: Int, _ hash: UInt64) {
        let slot = slot(hash) { strings.areEqual(positions[$0], positions[number]) }
        entries[slot] = fingerprint(hash) | UInt32(number + 1)
    }

    private static func hashes(
        of strings: GGUFStringArray
    ) -> (positions: [UInt32], values: [UInt64], longest: Int) {
        var positions: [UInt32] = []
        var values: [UInt64] = []
        var longest = 0
        positions.reserveCapacity(strings.count)
        values.reserveCapacity(strings.count)
        strings.forEach { _, position, bytes in
            var hash = TokenHash()
            for offset in bytes.indices { hash.append(bytes[offset]) }
            positions.append(position)
            values.append(hash.value)
            longest = max(longest, bytes.count)
        }
        return (positions, values, longest)
    }
}
