import Activation

extension ComparisonReport {
    /// Two tables for a terminal: every way beside the others, and the differences.
    var text: String {
        var lines = [
            "\(columns.first?.report.function ?? ""), \(runs) rounds each, interleaved; \(machine.text)",
            sideBySide,
        ]
        if !differences.isEmpty { lines += ["", differenceTable] }
        lines.append("")
        for column in columns {
            let figures = [
                column.report.workerPrivateKiB.map { "worker, warm and idle: \($0) KiB private" },
                column.report.hostResidentKiB.map { "host: \($0) KiB resident" },
            ]
            lines.append("\(column.kind.rawValue): \(figures.compactMap(\.self).joined(separator: "; "))")
        }
        return lines.joined(separator: "\n")
    }

    private var sideBySide: String {
        var table = TextTable(
            ["milliseconds", "n"] + columns.flatMap { ["\($0.kind.rawValue) p50", "min", "p90"] })
        func add(_ name: String, _ figures: (BenchReport) -> Percentiles) {
            let all = columns.map { figures($0.report) }
            guard all.contains(where: { $0.count > 0 }) else { return }
            table.add([name, Self.counts(all)] + all.flatMap(Self.cells))
        }
        add("cold") { $0.totals(.cold) }
        for phase in ["activate", "load", "infer"] { add("  \(phase)") { $0.phase(phase, .cold) } }
        add("warm") { $0.totals(.warm) }
        add("cold - warm") { $0.coldOverWarm }
        add("warm - worker's socket") { $0.hostOverDirect }
        return table.text
    }

    private var differenceTable: String {
        var table = TextTable(["milliseconds, pair by pair", "n", "p50", "min", "p90"])
        for difference in differences {
            table.add(
                [
                    "\(difference.kind) - \(difference.base), \(difference.figure)",
                    String(difference.percentiles.count),
                ] + Self.cells(difference.percentiles))
        }
        return table.text
    }

    /// One number where all have as many samples.
    private static func counts(_ all: [Percentiles]) -> String {
        let counts = all.map(\.count)
        return Set(counts).count == 1
            ? String(counts[0]) : counts.map { String($0) }.joined(separator: "/")
    }

    private static func cells(_ figures: Percentiles) -> [String] {
        figures.count == 0
            ? ["-", "-", "-"]
            : [figures.median, figures.min, figures.p90].map(BenchReport.threeDigits)
    }
}
