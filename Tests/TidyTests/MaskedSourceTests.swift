import Testing

@Suite("Masked source") struct MaskedSourceTests {
    private func masked(_ text: String, _ language: MaskedSource.Language = .swift) -> String {
        String(decoding: MaskedSource(text, language).bytes, as: UTF8.self)
    }

    @Test func commentsGoBlank() {
        #expect(masked("a // {\nb") == "a     \nb")
        #expect(masked("a /* { /* } */ { */ b") == "a                   b")
        #expect(masked("a /* { /* } */ {", .c) == "a              {")
    }

    @Test func stringsGoBlankAndKeepTheirQuotes() {
        #expect(masked(#"f("{\"}", x)"#) == #"f("    ", x)"#)
        #expect(masked("f(\"\"\"\n{ \"}\n\"\"\")") == "f(\"\"\"\n    \n\"\"\")")
        #expect(masked(##"f(#"{"}"#)"##) == ##"f(#"   "#)"##)
        #expect(masked(#"f("{\"}", '{')"#, .c) == #"f("    ", ' ')"#)
    }

    @Test func interpolationsGoBlankWithTheStringsInThem() {
        #expect(masked(#"a("x\(f("}") + g { ")" })y") { b }"#) == #"a("                       ") { b }"#)
    }

    @Test func regularExpressionsGoBlankAndDivisionsStay() {
        #expect(masked(#"let r = /[{"]+/"#) == #"let r = /     /"#)
        #expect(masked("let r = #/{/#") == "let r = #/ /#")
        #expect(masked("a / b / { c }") == "a / b / { c }")
    }

    @Test func lengthAndLineBreaksStay() {
        let text = "let a = \"ä\\(b)\" // é\n/* \n */ let c = 1\n"
        #expect(MaskedSource(text, .swift).bytes.count == text.utf8.count)
        #expect(MaskedSource(text, .swift).lines.count == 4)
    }
}
