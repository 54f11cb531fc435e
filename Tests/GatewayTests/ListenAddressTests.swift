import FunctionTypes
import Testing

@testable import Gateway

@Suite("Listen addresses")
struct ListenAddressTests {
    @Test(
        "an address is numeric, with a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1:8080"), (":9", "127.0.0.1:9"), ("localhost:0", "127.0.0.1:0"),
            ("[::1]:65535", "[::1]:65535"), ("0.0.0.0:80", "0.0.0.0:80"),
        ])
    func reading(text: String, meaning: String) throws {
        #expect(try ListenAddress(text).description == meaning)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "example:80", "[::1]",
            "::1:x",
        ])
    func refusal(text: String) {
        let error = #expect(throws: HearthError.self) { try ListenAddress(text) }
        #expect(error?.code == .invalidRequest && error?.remedy != nil)
    }

    @Test("only loopback may be listened on without keys")
    func loopback() throws {
        for text in ["127.0.0.1:1", "127.9.8.7:1", "[::1]:1", ":1"] {
            try ListenAddress(text).requireLoopback()
        }
        for text in ["0.0.0.0:1", "10.0.0.1:1", "[::]:1", "128.0.0.1:1"] {
            let error = #expect(throws: HearthError.self) { try ListenAddress(text).requireLoopback() }
            #expect(error?.remedy?.contains("127.0.0.1") == true)
        }
    }
}
