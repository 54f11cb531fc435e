import Glibc

/// Prints a line to standard error.
func printError(_ line: String) { writeError(line + "\n") }

/// Writes text to standard error as it is.
func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
