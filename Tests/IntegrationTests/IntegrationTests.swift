import Testing

/// The real programs with real sockets, files and signals. One test at a time: they all want the processors.
@Suite("Integration", .serialized) struct IntegrationTests {}
