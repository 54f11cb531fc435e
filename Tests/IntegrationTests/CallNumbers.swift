import Foundation
import Sandbox

/// The numbers of the kernel's calls, as the C library's headers have them.
enum CallNumbers {
    private static let header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"

    /// All calls by name; nil where there is no such header, or another instruction set.
    static let all: [String: Int]? = {
        #if arch(x86_64)
        let lines = text(of: header).split(separator: "\n").map { $0.split(separator: " ") }
        var numbers: [String: Int] = [:]
        for words in lines where words.count == 3 && words[1].hasPrefix("__NR_") {
            numbers[String(words[1].dropFirst(5))] = Int(words[2])
        }
        return numbers.isEmpty ? nil : numbers
        #else
        return nil
        #endif
    }()

    /// What a program may call. systemd always adds those that set up threads and read clocks.
    static let allowed: Set<String> = {
        let list = Set(SystemCallList.exec.calls.map(\.name))
        let systemds: Set = [
            "clock_getres", "futex_waitv", "get_robust_list", "get_thread_area", "set_thread_area",
        ]
        return RunningHost.activation == "systemd" ? list.union(systemds) : list
    }()
}
