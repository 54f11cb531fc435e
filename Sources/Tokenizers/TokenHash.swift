/// FNV-1a over bytes, 64 bits, with a final mix because the table uses the low bits and the high ones apart.
struct TokenHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func append(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// The hash of the bytes so far.
    var value: UInt64 {
        let mixed = (state ^ (state >> 32)) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ (mixed >> 29)
    }
}
