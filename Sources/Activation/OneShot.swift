import Glibc

/// Lets one thread of ours wait until another has finished something.
final class OneShot: Sendable {
    private let semaphore: UInt

    init() {
        let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(pointer, 0, 0)
        semaphore = UInt(bitPattern: pointer)
    }

    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    private var pointer: UnsafeMutablePointer<sem_t> { UnsafeMutablePointer(bitPattern: semaphore)! }

    func signal() { sem_post(pointer) }

    func wait() { while sem_wait(pointer) != 0 && errno == EINTR {} }
}
