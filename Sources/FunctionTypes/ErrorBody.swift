extension HearthError {
    /// The body of an error answer:
    /// `{"error":{"code":…,"message":…,"remedy":…,"request_id":…}}`; `remedy` is absent where there is none.
    public func json(requestID: String) -> String {
        var members = ["\"code\":\"\(code.rawValue)\"", "\"message\":\(JSONText.quoted(message))"]
        if let remedy { members.append("\"remedy\":\(JSONText.quoted(remedy))") }
        members.append("\"request_id\":\(JSONText.quoted(requestID))")
        return "{\"error\":{\(members.joined(separator: ","))}}"
    }

    /// The same in the shape that OpenAI's clients parse: `message`, `type`, `param`, `code`.
    ///
    /// - Parameter parameter: the field of the request that is at fault.
    public func openAIJSON(parameter: String? = nil) -> String {
        let type =
            switch status {
            case 401: "authentication_error"
            case 403: "permission_error"
            case 404: "not_found_error"
            case 429: "rate_limit_error"
            case 400..<500: "invalid_request_error"
            default: "server_error"
            }
        let text = remedy.map { "\(message) \($0)" } ?? message
        let members = [
            "\"message\":\(JSONText.quoted(text))", "\"type\":\"\(type)\"",
            "\"param\":\(parameter.map(JSONText.quoted) ?? "null")", "\"code\":\"\(code.rawValue)\"",
        ]
        return "{\"error\":{\(members.joined(separator: ","))}}"
    }
}

/// JSON text, for the few answers that are too small or too hot for an encoder.
public enum JSONText {
    /// The text as a JSON string, quotes included (RFC 8259, section 7).
    public static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
