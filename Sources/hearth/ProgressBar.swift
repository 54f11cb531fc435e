import FunctionTypes
import Glibc

/// One line on standard error that shows how far something is; nothing where nobody watches.
struct ProgressBar {
    private let title: String
    private let isShown: Bool
    private var lastPercent = -1

    init(_ title: String) {
        self.title = title
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// Shows done of total; cheap to call often.
    mutating func show(_ done: Int, of total: Int) {
        guard isShown, total > 0 else { return }
        let percent = min(100, done * 100 / total)
        guard percent != lastPercent else { return }
        lastPercent = percent
        let filled = percent * 30 / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        writeError("\r\(title) \(bar) \(percent) %")
    }

    /// Ends the line.
    func finish() {
        if isShown && lastPercent >= 0 { writeError("\r\u{1B}[2K") }
    }
}
