/// Timers, earliest first: a binary heap. A timer is never taken out early; whoever set it checks, when it
/// fires, whether it still means anything.
struct DeadlineQueue<Timer: Sendable>: Sendable {
    private var heap: [(at: Instant, timer: Timer)] = []

    /// The earliest deadline. O(1).
    var earliest: Instant? { heap.first?.at }

    /// Sets a timer. O(log n).
    mutating func set(_ timer: Timer, at instant: Instant) {
        heap.append((instant, timer))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].at < heap[parent].at else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest timer if its time has come. O(log n).
    mutating func popDue(_ now: Instant) -> Timer? {
        guard let first = heap.first, first.at <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return first.timer
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].at < heap[least].at { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
