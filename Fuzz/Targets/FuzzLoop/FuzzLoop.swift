import Glibc
import LibFuzzer

/// Runs libFuzzer on a function with the program's own arguments, and ends the program as it says.
///
/// The function takes the address and the count of bytes, and returns 0.
public func fuzz(_ function: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
    var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
    exit(LLVMFuzzerRunDriver(&count, &arguments, function))
}
