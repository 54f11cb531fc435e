/// What a GGUF file may have at most. All are far above what real models need; they bound what a hostile file
/// costs.
public enum GGUFLimits {
    /// Metadata keys.
    public static let keys = 65_536
    /// Tensors.
    public static let tensors = 65_536
    /// Bytes of a key. (The format allows 65,535; no known key has 100.)
    public static let keyBytes = 1_024
    /// Bytes of a tensor's name, as the format says.
    public static let tensorNameBytes = 64
    /// Dimensions of a tensor, as ggml has them.
    public static let dimensions = 4
    /// The alignment of tensors in bytes: a huge page.
    public static let alignment = 2 << 20
}
