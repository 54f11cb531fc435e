import Glibc
import LinuxSystem

/// The names in a folder. The C functions are `opendir` and `readdir`.
enum DirectoryListing {
    /// All names but `.` and `..`, in no order.
    static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw SystemError.last("list the folder", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError.last("list the folder", path) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }
}
