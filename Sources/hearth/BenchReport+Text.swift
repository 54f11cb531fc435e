extension BenchReport {
    /// A table for a terminal.
    var text: String {
        var table = TextTable(["milliseconds", "n", "min", "p50", "p90", "p99", "max"])
        for kind in Kind.allCases {
            table.add(Self.row(kind.rawValue, totals(kind)))
            for phase in Self.phases {
                let figures = self.phase(phase, kind)
                if figures.count > 0 { table.add(Self.row("  \(phase)", figures)) }
            }
        }
        table.add(Self.row("cold - warm", coldOverWarm))
        table.add(Self.row("warm - direct", hostOverDirect))
        var lines = ["\(function), \(runs) rounds, kernels: \(instructionSet)", table.text]
        if let workerPrivateKiB { lines.append("worker, warm and idle: \(workerPrivateKiB) KiB private") }
        if let hostResidentKiB { lines.append("host: \(hostResidentKiB) KiB resident") }
        return lines.joined(separator: "\n")
    }

    private static func row(_ name: String, _ figures: Percentiles) -> [String] {
        [name, String(figures.count)]
            + [figures.min, figures.median, figures.p90, figures.p99, figures.max].map(threeDigits)
    }

    /// Milliseconds to the microsecond.
    static func threeDigits(_ value: Double) -> String {
        let thousandths = Int((abs(value) * 1000).rounded())
        let fraction = String(thousandths % 1000)
        let sign = value < 0 && thousandths > 0 ? "-" : ""
        return "\(sign)\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
