import Glibc
public import LinuxSystem

/// How this machine's own folders are laid out, as far as programs depend on it.
public enum HostLayout {
    private static let shortNames = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

    /// Where the root has links such as `/lib` to `usr/lib`, the sandbox has them too, if it shows where they lead.
    public static func links(showing directories: [String]) -> [SandboxRequest.View] {
        shortNames.compactMap { name in
            guard let target = readLink(name), !directories.contains(name) else { return nil }
            let place = target.hasPrefix("/") ? target : "/" + target
            let isShown = directories.contains { place == $0 || place.hasPrefix($0 + "/") }
            return isShown ? SandboxRequest.View(.link, target, at: name) : nil
        }
    }

    private static func readLink(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = readlink(path, &buffer, buffer.count)
        return length > 0
            ? String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
