
import ArgumentParser

/// In which form data is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people: aligned columns.
    case table
    /// What the server answered, indented.
    case json
    /// The same as YAML.
    case yaml
}
