import Glibc
import LinuxSystem

/// The names in a folder. The C functions are `opendir` and `readdir`.
public enum DirectoryListing {
    /// All names but `.` and `..`, in no order. What is not UTF-8 in a name is replaced.
    static func names(in path: String) throws -> [String] {
        try rawNames(in: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All names but `.` and `..`, in no order, as the file system has them: any bytes but 0 and `/`.
    ///
    /// - Throws: ``SystemError``.
    public static func rawNames(in path: String) throws -> [[UInt8]] {
        guard let stream = opendir(path) else { throw SystemError.last("list the folder", path) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError.last("list the folder", path) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                Array(bytes.prefix { $0 != 0 })
            }
            if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
        }
    }
}
