import LinuxSystem
import ModelFiles

/// Opens any bytes as a safetensors file and reads every tensor; then reads them as JSON of any shape.
func readSafetensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let file = try? MappedFile(copying: UnsafeBufferPointer(start: start, count: count)) else {
        return 0
    }
    var sum = 0
    if let safetensors = try? SafetensorsFile(file) {
        for tensor in safetensors.tensors {
            for byte in tensor.bytes { sum &+= Int(byte) }
            if let floats = try? tensor.floats(0..<tensor.elementCount), floats.contains(0) { sum &+= 1 }
            precondition(safetensors.tensor(tensor.name) != nil)
        }
    }
    var json = JSONCursor(file, 0..<count, subject: "the input")
    if (try? json.skipValue()) != nil, (try? json.finish()) != nil { sum &+= 1 }
    return withExtendedLifetime(file) { sum == Int.min ? 1 : 0 }
}
