import FunctionTypes
import Gateway
import Testing

struct ListenAddressTests {
    @Test(
        "an address is read and written",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1:8080"), ("[::1]:8080", "[::1]:8080"),
            ("localhost:0", "127.0.0.1:0"),
            (":65535", "127.0.0.1:65535"), ("127.1.2.3:1", "127.1.2.3:1"), ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::]:80", "[::]:80"), ("[fe80::1]:80", "[fe80::1]:80"),
        ])
    func table(text: String, description: String) throws {
        let address = try ListenAddress(text)
        #expect(address.description == description)
        #expect(try ListenAddress(address.description) == address)
    }

    @Test(arguments: [
        "127.0.0.1:1", "127.255.255.254:1", "[::1]:1", "localhost:1", ":1", "[0:0:0:0:0:0:0:1]:1",
    ])
    func loopback(text: String) throws {
        let address = try ListenAddress(text)
        #expect(address.isLoopback)
        try address.requireLoopback()
    }

    @Test(
        "what other machines can reach is refused",
        arguments: [
            "0.0.0.0:1", "[::]:1", "10.0.0.1:1", "192.168.1.1:1", "128.0.0.1:1", "[fe80::1]:1", "[::2]:1",
            "1.127.0.0:1",
            "[::ffff:10.0.0.1]:1",
        ])
    func reachable(text: String) throws {
        let address = try ListenAddress(text)
        #expect(!address.isLoopback)
        let error = #expect(throws: HearthError.self) { try address.requireLoopback() }
        #expect(error?.message.contains(address.description) == true)
        #expect(error?.remedy?.contains("127.0.0.1") == true)
    }

    @Test(
        "what is no address is refused and quoted",
        arguments: [
            "", ":", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
            "127.0.0.1:80 ",
            "[::1]", "[::1]:", "::1", "example.org:80", "127.1:80", "127.0.0.256:80", "127.0.0.1 :80",
            "http://127.0.0.1:80",
            "127.0.0.1:8080:9", "[::1:80", "*:80", "[:80", "0x7f.0.0.1:80",
        ])
    func refusals(text: String) {
        let error = #expect(throws: HearthError.self, "\(text)") { try ListenAddress(text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("'\(text)'") == true)
        #expect(error?.remedy?.contains("127.0.0.1:8080") == true)
    }

    @Test func theUsualOneIsItsOwnText() throws {
        #expect(try ListenAddress("127.0.0.1:8080") == .standard)
        #expect(ListenAddress.standard.isLoopback)
    }
}
