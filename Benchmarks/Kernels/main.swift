import Kernels

// Prints what the kernels reach on this machine, next to the bandwidth of its memory in the same run. Arguments are
// model files, which are measured as a whole.

print(Processor.describe())
let bandwidth = Processor.readBandwidth()
print("reading     \(bandwidth.text)\n")

guard let team = ThreadTeam(size: 1) else { preconditionFailure("a team of one needs no threads") }
let sets = InstructionSet.allCases.filter { $0.isAvailable && $0 != .reference }
print(ProductBenchmark.header)
for set in sets.isEmpty ? [.reference] : sets {
    try ProductBenchmark(arithmetic: Arithmetic(set, team: team), readBandwidth: bandwidth.median).run()
}
print("\n" + RowBenchmark.header)
for set in sets.isEmpty ? [.reference] : sets {
    try RowBenchmark(arithmetic: Arithmetic(set, team: team)).run()
}

let models = CommandLine.arguments.dropFirst()
if !models.isEmpty { print("\n" + EmbeddingBenchmark.header) }
for path in models { try EmbeddingBenchmark(path: path).run() }
