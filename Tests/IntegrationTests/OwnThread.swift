import Foundation

/// Runs what blocks on a thread of its own, so that the threads of Swift's pool never wait.
func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// Something took longer than anybody would wait.
struct TookTooLong: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) { description = "took too long: \(what)" }
}

/// Asks again and again until the answer is yes.
///
/// - Throws: ``TookTooLong``, and what the question throws.
func eventually(
    _ what: String, within limit: Duration = .seconds(20), _ isSo: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isSo() {
        guard ContinuousClock.now < deadline else { throw TookTooLong(what) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Runs the same body several times at once and returns what each gave, in order.
func atOnce<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for index in 0..<count { group.addTask { (index, try await body(index)) } }
        var results: [Int: Result] = [:]
        for try await (index, result) in group { results[index] = result }
        return (0..<count).compactMap { results[$0] }
    }
}
