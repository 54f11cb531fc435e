import Glibc

/// The names in a folder, without `.` and `..`, in no order; nil where it cannot be listed, and then `errno` says why. The C
/// functions are `opendir` and `readdir`.
public func entries(ofFolder path: String) -> [String]? {
    guard let listing = opendir(path) else { return nil }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}
