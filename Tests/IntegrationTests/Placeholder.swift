import Testing

@Test func nothingYet() { #expect(Bool(true)) }
