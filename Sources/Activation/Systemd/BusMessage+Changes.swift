extension BusMessage {
    /// What a signal `PropertiesChanged` says of a service, as far as it matters here.
    func changes() -> [WorkerUnit.Change] {
        skip("s")
        var found: [WorkerUnit.Change] = []
        var ending: (code: Int32?, status: Int32?) = (nil, nil)
        enter("a", "{sv}") {
            while enter(
                "e", "sv",
                {
                    switch readText() {
                    case "MainPID":
                        enter("v", "u") {
                            if let number = readNumber32() { found.append(.mainProcess(number)) }
                        }
                    case "ExecMainCode": enter("v", "i") { ending.code = readSigned32() }
                    case "ExecMainStatus": enter("v", "i") { ending.status = readSigned32() }
                    case "StatusText":
                        enter("v", "s") { if let text = readText() { found.append(.statusText(text)) } }
                    case "Result":
                        enter("v", "s") { if let text = readText() { found.append(.result(text)) } }
                    case "ActiveState":
                        enter("v", "s") { if let text = readText() { found.append(.activeState(text)) } }
                    default: skip("v")
                    }
                })
            {}
        }
        if let code = ending.code, let status = ending.status {
            found.append(.endedBy(code: code, status: status))
        }
        return found
    }
}
