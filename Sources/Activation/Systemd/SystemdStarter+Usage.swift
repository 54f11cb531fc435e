import Glibc
import LinuxSystem
import Sandbox

extension SystemdStarter {
    /// Lets workers that use all of their share of the processors yield to the others. systemd holds them to their limits.
    func lookAtUsage() {
        for id in watch.watched {
            guard let service = workers[id]?.service, let used = bus.processorTime(of: service) else {
                continue
            }
            let reading = UsageWatch.Reading(memory: nil, processorMicroseconds: used)
            for action in watch.read(reading, of: id, atMicroseconds: Self.microseconds()) {
                switch action {
                case .yield: setWeight(1, of: service)
                case .restore: setWeight(100, of: service)
                case .kill, .bind: continue
                }
            }
        }
    }

    /// - Parameter weight: systemd's `CPUWeight`; 100 is what every unit has, 1 the least.
    private func setWeight(_ weight: UInt64, of service: String) {
        guard let call = try? bus.managerCall("SetUnitProperties") else { return }
        _ = try? call.append(service)
        _ = try? call.append(true)
        _ = try? call.append([UnitProperty("CPUWeight", .number64(weight))])
        send(call)
    }

    private static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
