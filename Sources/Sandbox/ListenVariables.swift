import WorkerProtocol

/// The variables that name inherited descriptors; none where none are.
enum ListenVariables {
    static func all(_ names: [String]) -> [String] {
        names.isEmpty ? [] : ListenEnvironment.variables(names: names)
    }
}
