import Activation
import FoundationEssentials

/// What `hearth bench cold --activation` measured: the same function, a column for each way of starting
/// workers.
struct ComparisonReport: Sendable {
    /// The figures of one way of starting workers.
    struct Column: Sendable {
        var kind: ActivationKind
        var report: BenchReport
    }

    /// What one way costs more than another, pair by pair: both sides of a pair are of the same round.
    struct Difference: Encodable, Sendable {
        /// The way that is weighed.
        var kind: String
        /// The way that it is weighed against.
        var base: String
        /// `activate`, or `cold` for the whole call.
        var figure: String
        /// In milliseconds.
        var percentiles: Percentiles
    }

    var runs: Int
    var machine: MachineDescription
    /// In the order that was asked for.
    var columns: [Column]

    /// What the sandboxes cost: each way that has one, against the one that has none. Empty where either side
    /// was not asked for.
    var differences: [Difference] {
        guard let base = columns.first(where: { $0.kind == .unsandboxed }) else { return [] }
        return columns.filter { $0.kind != base.kind }.flatMap { column in
            [
                difference(column, base, "activate") { $0.phases["activate"] },
                difference(column, base, "cold") { $0.total },
            ]
        }
    }

    private func difference(
        _ column: Column, _ base: Column, _ figure: String, _ value: (BenchSample) -> Double?
    ) -> Difference {
        let pairs = zip(column.report.samples[.cold] ?? [], base.report.samples[.cold] ?? [])
        let differences = pairs.compactMap { own, other -> Double? in
            guard let own = value(own), let other = value(other) else { return nil }
            return own - other
        }
        return Difference(
            kind: column.kind.rawValue, base: base.kind.rawValue, figure: figure,
            percentiles: Percentiles(differences))
    }

    /// Samples, percentiles and differences.
    var json: Data {
        get throws {
            let activations = columns.map { ($0.kind.rawValue, $0.report.document) }
            return try BenchReport.encode(
                Document(
                    function: columns.first?.report.function ?? "", runs: runs, machine: machine,
                    activations: Dictionary(uniqueKeysWithValues: activations), differences: differences))
        }
    }

    private struct Document: Encodable {
        var function: String
        var runs: Int
        var machine: MachineDescription
        var activations: [String: BenchReport.Document]
        var differences: [Difference]
    }
}
