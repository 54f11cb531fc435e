import Bundles
import FunctionTypes

/// Reads any bytes as a manifest. What is accepted must keep every rule, and an error must have a remedy or a message.
func readManifest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        let manifest = try ManifestReader.read(Array(UnsafeBufferPointer(start: start, count: count)))
        try manifest.validate()
    } catch {
        precondition(!error.message.isEmpty)
    }
    return 0
}
