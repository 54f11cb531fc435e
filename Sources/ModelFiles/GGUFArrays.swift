import LinuxSystem

/// An array of integers in the metadata of a GGUF file, read in place.
public struct GGUFIntegerArray: Sendable {
    let file: MappedFile
    let bytes: FileBytes
    let type: GGUFValueType
    let offset: Int
    /// The number of elements.
    public let count: Int

    /// An element; an unsigned one above `Int.max` reads as `Int.max`. Traps outside the array.
    public subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "the array has \(count) elements, so none at \(index)")
        return bytes.integer(type, at: offset + index * (type.byteCount ?? 0)) ?? Int.max
    }
}

/// An array of floating-point numbers in the metadata of a GGUF file, read in place.
public struct GGUFFloatArray: Sendable {
    let file: MappedFile
    let bytes: FileBytes
    let type: GGUFValueType
    let offset: Int
    /// The number of elements.
    public let count: Int

    /// An element, rounded to single precision. Traps outside the array.
    public subscript(index: Int) -> Float {
        precondition(index >= 0 && index < count, "the array has \(count) elements, so none at \(index)")
        return bytes.float(type, at: offset + index * (type.byteCount ?? 0)) ?? .nan
    }
}
