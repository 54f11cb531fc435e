import Glibc
import LinuxSystem

/// A new file of a name that nobody else has, locked; the name goes when this value does. The lock ends with
/// the process, so a leftover is a file whose lock is free.
struct LockedFile: ~Copyable, Sendable {
    let path: String
    let descriptor: FileDescriptor

    /// Makes the file, for writing.
    init(in directory: String) throws {
        while true {
            let path = "\(directory)/\(String(UInt64.random(in: .min ... .max), radix: 16))"
            guard let descriptor = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, unless: EEXIST)
            else { continue }
            // A sweep may take the file for a leftover before it is locked; then another one is made.
            var status = stat()
            if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0, fstat(descriptor.number, &status) == 0,
                status.st_nlink > 0
            {
                self.path = path
                self.descriptor = descriptor
                return
            }
        }
    }

    // Where the file was renamed, nothing has this name any more.
    deinit { unlink(path) }

    /// Removes a file unless its writer lives; true if it was removed.
    static func removeLeftover(_ path: String) throws -> Bool {
        guard let descriptor = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW, unless: ENOENT) else {
            return false
        }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return false }
            throw SystemError.last("lock", path)
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw SystemError.last("remove the leftover", path)
        }
        return true
    }
}

extension FileDescriptor {
    /// Opens a file, or gives nil where that fails with the expected number.
    static func open(_ path: String, _ flags: CInt, unless expected: CInt) throws -> FileDescriptor? {
        do {
            return try open(path, flags)
        } catch  where error.code == expected {
            return nil
        }
    }
}
