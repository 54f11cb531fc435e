/// A descriptor that several parts of a program look at; closed when the last of them lets go of it.
public final class SharedDescriptor: Sendable {
    /// The descriptor itself.
    public let descriptor: FileDescriptor

    /// Takes it over.
    public init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Its number, valid as long as somebody holds this object.
    public var number: CInt { descriptor.number }
}
