/// Words that a person may have mistyped.
enum Spelling {
    /// The known word that is nearest, if it is near enough to be meant: at most a third of the letters
    /// differ, and one may in any word. Capitals do not count.
    static func nearest(to word: String, among known: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let candidates = known.map { ($0, distance(lowercase(word), lowercase($0))) }
        guard let (best, distance) = candidates.min(by: { $0.1 < $1.1 }) else { return nil }
        return distance <= max(1, best.utf8.count / 3) ? best : nil
    }

    /// How many letters must be added, removed, replaced or swapped with their neighbour to make one word of
    /// the other. (Optimal string alignment: no letter is touched twice.) Time and space grow with the
    /// product of the lengths.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows = [Array(0...b.count)]
        for (i, left) in a.enumerated() {
            var row = [i + 1]
            for (j, right) in b.enumerated() {
                var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left == right ? 0 : 1))
                if i > 0, j > 0, left == b[j - 1], right == a[i - 1] {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }

    /// A word as a message shows it: at most 80 characters, none of them a control character.
    static func shown(_ word: String) -> String {
        let scalars = word.unicodeScalars.prefix(80).map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: String(scalar)
            }
        }
        return scalars.joined() + (word.unicodeScalars.count > 80 ? "…" : "")
    }

    private static func lowercase(_ word: String) -> [UInt8] {
        word.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }
}
