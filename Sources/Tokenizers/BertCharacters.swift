// What BERT's normaliser asks of a character, as Hugging Face's `tokenizers` answers it, quirks included,
// since a model must see the tokens that it was trained on. One quirk is that its tables of categories are
// those of Unicode 8, while its tables of white space and of decompositions are newer: so characters younger
// than that have no category here.

/// The categories that matter, as Unicode 8 had them.
private enum BertCategory {
    case invisible, accent, punctuation, other
}

extension Unicode.Scalar {
    /// Dropped by "clean text": U+0000, U+FFFD, control, format, private-use characters; but not tab and line
    /// ends.
    var isDroppedByBert: Bool {
        if self == "\t" || self == "\n" || self == "\r" { return false }
        return value == 0xFFFD || bertCategory == .invisible
    }

    /// Separates words and is no part of any.
    var isBertWhitespace: Bool { properties.isWhitespace }

    /// A word of its own, because the scripts that use it put no spaces between words.
    var isBertIdeograph: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// A token of its own: Unicode's punctuation, and every ASCII character that is neither letter, digit,
    /// space nor control.
    var isBertPunctuation: Bool {
        switch value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        case 0..<0x80: false
        default: bertCategory == .punctuation
        }
    }

    /// Dropped by "strip accents".
    var isBertAccent: Bool { bertCategory == .accent }

    private var bertCategory: BertCategory {
        switch value {
        // Categorised anew since.
        case 0x166D, 0x111C9: return .punctuation
        case 0x1734, 0x1171E: return .accent
        case 0x1885, 0x1886, 0xA9BD: return .other
        default: break
        }
        let category: BertCategory =
            switch properties.generalCategory {
            case .control, .format, .surrogate, .privateUse: .invisible
            case .nonspacingMark: .accent
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
                .initialPunctuation, .finalPunctuation, .otherPunctuation:
                .punctuation
            default: .other
            }
        // The age is asked for last, because few characters have a category that matters.
        return category == .other || (properties.age?.major ?? .max) <= 8 ? category : .other
    }
}
