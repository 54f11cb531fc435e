import ModelFiles
import Testing
import Tokenizers

@Suite struct WordPieceTests {
    private let fixture: WordPieceFixture

    init() throws { fixture = try WordPieceFixture.load() }

    private func expectSame(_ tokenizer: WordPieceTokenizer, _ cases: [WordPieceFixture.Case]) {
        for one in cases {
            let encoding = tokenizer.encode(one.text, maximumTokens: 10_000)
            #expect(encoding.ids == [2] + one.ids + [3], "\(one.text.debugDescription)")
            #expect(!encoding.truncated)
            #expect(encoding.totalTokens == one.ids.count + 2)
        }
    }

    @Test func lowerCaseTextHasTheTokensThatHuggingFaceGives() throws {
        #expect(fixture.uncased.count > 400)
        expectSame(try fixture.tokenizer(), fixture.uncased)
    }

    @Test func casedTextHasTheTokensThatHuggingFaceGives() throws {
        let tokenizer = try fixture.tokenizer([("tokenizer.ggml.normalizer.lowercase", .bool(false))])
        expectSame(tokenizer, fixture.cased)
    }

    @Test func accentsStayWhereTheFileSaysSo() throws {
        let tokenizer = try fixture.tokenizer([("tokenizer.ggml.normalizer.strip_accents", .bool(false))])
        expectSame(tokenizer, fixture.keepingAccents)
    }

    @Test func everyCharacterOfTheLowerPlanesIsTreatedAsHuggingFaceTreatsIt() throws {
        let tokenizer = try fixture.tokenizer()
        #expect(fixture.blocks.count == 528)
        for block in fixture.blocks {
            var hash: UInt32 = 0x811C_9DC5
            for scalar in (block.number << 8..<(block.number + 1) << 8).compactMap(Unicode.Scalar.init) {
                for text in [String(scalar), "a\(scalar)b"] {
                    let ids = tokenizer.encode(text, maximumTokens: 100).ids
                    for id in ids.dropFirst().dropLast() + [.max] {
                        for shift in stride(from: Int32(0), to: 32, by: 8) {
                            hash = (hash ^ UInt32(id >> shift & 255)) &* 0x0100_0193
                        }
                    }
                }
            }
            let start = String(block.number << 8, radix: 16)
            #expect(hash == block.hash, "the block of 256 characters from U+\(start)")
        }
    }

    @Test func aLongTextKeepsItsFirstTokensAndTellsHowManyThereAre() throws {
        let encoding = try fixture.tokenizer().encode(fixture.long.text, maximumTokens: 256)
        #expect(encoding.ids == [2] + fixture.long.ids + [3])
        #expect(encoding.truncated)
        #expect(encoding.totalTokens == fixture.long.total)
    }

    @Test func aTextThatFitsExactlyIsNotTruncated() throws {
        let tokenizer = try fixture.tokenizer()
        let whole = tokenizer.encode("the cat sits", maximumTokens: 5)
        #expect(whole.ids.count == 5 && !whole.truncated && whole.totalTokens == 5)
        let cut = tokenizer.encode("the cat sits", maximumTokens: 4)
        #expect(cut.ids == Array(whole.ids[..<3]) + [3])
        #expect(cut.truncated && cut.totalTokens == 5)
        #expect(tokenizer.encode("the cat sits", maximumTokens: 2).ids == [2, 3])
    }
}
