import TestSupport
import Testing
import WorkerProtocol

/// Workers may send anything.
struct HostileDatagramTests {
    @Test func randomBytesAreReadWithoutHarm() {
        var generator = SeededGenerator()
        let pieces = [
            "READY", "=", "1", "\n", "STATUS=", "X_HEARTH_FAILURE=", "X_HEARTH_LOAD_USEC=", "STOPPING", "-9",
            "\u{0}", "é",
        ].map { Array($0.utf8) }
        for _ in 0..<3000 {
            var datagram: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                if Bool.random(using: &generator) {
                    datagram += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                } else {
                    datagram.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            let message = WorkerMessage(datagram)
            let isClaimed = datagram.split(separator: UInt8(ascii: "\n")).contains(Array("READY=1".utf8)[...])
            #expect(!message.isReady || isClaimed, "\(datagram); \(generator)")
            #expect(message.loadMicroseconds ?? 0 >= 0, "\(datagram); \(generator)")
            // What was read is written so that it reads the same.
            #expect(WorkerMessage(WorkerMessage(datagram).bytes) == message, "\(datagram); \(generator)")
        }
    }
}
