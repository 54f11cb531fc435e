extension Manifest {
    /// Checks every rule that concerns values: bounds, and keys that need or exclude each other.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`, naming the key, its value and the bound.
    public func validate() throws(HearthError) {
        try check(limits.memory, ManifestRules.memory.allowed, key: "limits.memory")
        try check(limits.threads, ManifestRules.threads.allowed, key: "limits.threads")
        try check(limits.timeout, ManifestRules.timeout.allowed, key: "limits.timeout", shown: \.text)
        try check(limits.maxBody, ManifestRules.maxBody.allowed, key: "limits.maxBody")
        try check(scaling.min, ManifestRules.minimumWorkers.allowed, key: "scaling.min")
        try check(scaling.max, ManifestRules.maximumWorkers.allowed, key: "scaling.max")
        try check(scaling.concurrency, ManifestRules.concurrency.allowed, key: "scaling.concurrency")
        if case .fixed(let duration) = scaling.keepAlive {
            try check(duration, ManifestRules.keepAliveDurations, key: "scaling.keepAlive", shown: \.text)
        }
        guard scaling.min <= scaling.max else {
            throw HearthError(
                .invalidManifest,
                "scaling.min is \(scaling.min), more than scaling.max, which is \(scaling.max).",
                remedy: "Raise scaling.max or lower scaling.min.")
        }
        try validateRuntime()
    }

    /// Refuses what this build cannot run.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest` for the runtime `onnx`, and for a `gguf` function that does
    ///   not embed.
    public func checkSupported() throws(HearthError) {
        switch runtime {
        case .gguf: try checkSupportedModel()
        // A program may be for any task; nobody but its callers knows.
        case .exec: break
        case .onnx:
            throw HearthError(
                .invalidManifest,
                "The function '\(name)' wants the runtime onnx, but this build runs gguf and exec functions.",
                remedy: "Convert the model to GGUF and set runtime: gguf.")
        }
    }

    private func checkSupportedModel() throws(HearthError) {
        guard task == nil || task == .embed else {
            throw HearthError(
                .invalidManifest,
                "The function '\(name)' wants the task \(task?.rawValue ?? ""), but this build runs models that embed.",
                remedy: "Set task: embed, or leave it out.")
        }
        guard snapshot.prompt == nil else {
            throw HearthError(
                .invalidManifest,
                "The function '\(name)' wants a snapshot of a prompt, but this build runs models without prompts.",
                remedy: "Remove snapshot.prompt.")
        }
    }

    private func validateRuntime() throws(HearthError) {
        switch runtime {
        case .gguf, .onnx:
            guard model != nil else {
                throw HearthError(
                    .invalidManifest, "The key model is missing; the runtime \(runtime.rawValue) needs it.",
                    remedy: "Add the model's file, such as model: model.\(runtime.rawValue).")
            }
            let programKeys = [
                ("command", !command.isEmpty), ("files", !files.isEmpty),
                ("directories", !directories.isEmpty), ("port", port != nil),
            ]
            for (key, isSet) in programKeys where isSet {
                throw HearthError(
                    .invalidManifest, "The key \(key) does not go with the runtime \(runtime.rawValue).",
                    remedy: "Remove it, or set runtime: exec.")
            }
        case .exec:
            guard model == nil else {
                throw HearthError(
                    .invalidManifest, "The key model does not go with the runtime exec.",
                    remedy: "Remove it; the program finds its own files.")
            }
            guard snapshot.prompt == nil else {
                throw HearthError(
                    .invalidManifest, "The key snapshot.prompt does not go with the runtime exec.",
                    remedy: "Remove it; the native worker alone keeps a prompt's state.")
            }
            try validateProgram()
        }
    }

    func check<Value>(
        _ value: Value, _ allowed: ClosedRange<Value>, key: String,
        shown: (Value) -> String = { "\($0)" }
    ) throws(HearthError) {
        guard !allowed.contains(value) else { return }
        let (low, high) = (shown(allowed.lowerBound), shown(allowed.upperBound))
        throw HearthError(
            .invalidManifest, "\(key) is \(shown(value)), outside \(low) to \(high).",
            remedy: "Choose a value from \(low) to \(high).")
    }
}
