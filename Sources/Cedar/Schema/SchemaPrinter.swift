// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes a fragment in the Cedar schema language.
///
/// Declarations keep their order, and names stand together as they were declared together: a text that was written by
/// hand should be recognised by who wrote it. Two spaces are one step to the right, as the reference implementation
/// has it.
struct SchemaPrinter {
    let names: SchemaNames
    private(set) var output = ""
    /// The namespace at hand.
    private(set) var namespace: Text?
    // The spaces that stand in front of its declarations.
    private var margin = ""

    /// Lists that would reach beyond this column are broken.
    private static let width = 100

    init(names: SchemaNames) {
        self.names = names
    }

    /// Writes a namespace, or the declarations outside all namespaces.
    mutating func write(_ namespace: SchemaFragment.Namespace) throws(SchemaError) {
        if !output.isEmpty { output += "\n" }
        self.namespace = namespace.name
        guard let name = namespace.name else { return try write(namespace.declarations) }
        for line in lines(of: namespace.annotations) { output += line + "\n" }
        output += "namespace \(name) {\n"
        margin = "  "
        try write(namespace.declarations)
        margin = ""
        output += "}\n"
    }

    // An empty line stands between two declarations, unless both are short and of one kind.
    private mutating func write(_ declarations: [SchemaFragment.Declaration]) throws(SchemaError) {
        var previous: (word: Substring, lines: Int)?
        for declaration in declarations {
            let lines = try lines(of: declaration)
            let word = lines.first?.prefix { $0 != " " } ?? ""
            if let previous, previous.word != word || previous.lines + lines.count > 2 { output += "\n" }
            for line in lines { output += "\(margin)\(line)\n" }
            previous = (word, lines.count)
        }
    }

    private func lines(of declaration: SchemaFragment.Declaration) throws(SchemaError) -> [String] {
        switch declaration {
        case .commonType(let type):
            let lines = lines(of: type.annotations)
            return lines + (try self.lines(of: type.type, in: namespace)).surrounded("type \(type.name.text) = ", ";")
        case .entityType(let entity): return lines(of: entity.annotations) + (try lines(of: entity))
        case .action(let action): return lines(of: action.annotations) + (try lines(of: action))
        }
    }

    /// One annotation on each line; an empty value is not written.
    func lines(of annotations: [Annotation]) -> [String] {
        annotations.map { $0.value == "" ? "@\($0.key)" : "@\($0.key)(\($0.value.quoted))" }
    }

    private func lines(of entity: SchemaFragment.EntityType) throws(SchemaError) -> [String] {
        let head = "entity " + entity.names.map(\.text.string).joined(separator: ", ")
        switch entity.kind {
        case .enumerated(let ids): return list(ids.map(\.quoted), behind: head + " enum ").surrounded("", ";")
        case .standard(let parents, let attributes, let tags):
            var lines = [head]
            if !parents.isEmpty { lines = list(parents.map(\.text.string), behind: head + " in ") }
            if !attributes.isEmptyRecord {
                lines = lines.joined(with: try shape(attributes).surrounded(" = ", ""))
            }
            if let tags { lines = lines.joined(with: try self.lines(of: tags, in: namespace).surrounded(" tags ", "")) }
            return lines.surrounded("", ";")
        }
    }

    private func lines(of action: SchemaFragment.Action) throws(SchemaError) -> [String] {
        let head = "action " + action.names.map { Self.name($0.text) }.joined(separator: ", ")
        var lines = [head]
        if !action.parents.isEmpty {
            let parents = action.parents.map { parent in
                parent.type.map { "\($0)::\(parent.id.quoted)" } ?? Self.name(parent.id)
            }
            lines = list(parents, behind: head + " in ")
        }
        // A list without a type in it cannot be written. Without one of its lists the action applies to nothing, and
        // this is what an action without `appliesTo` does.
        if let appliesTo = action.appliesTo, !appliesTo.principals.isEmpty, !appliesTo.resources.isEmpty {
            var parts = [
                list(appliesTo.principals.map(\.text.string), behind: "principal: "),
                list(appliesTo.resources.map(\.text.string), behind: "resource: "),
            ]
            if !appliesTo.context.isEmptyRecord {
                parts.append(try context(appliesTo.context).surrounded("context: ", ""))
            }
            lines = lines.joined(with: parts.braced.surrounded(" appliesTo ", ""))
        }
        return lines.surrounded("", ";")
    }

    // `head[item, item]`, or an item on each line when that is too long.
    private func list(_ items: [String], behind head: String) -> [String] {
        let short = "\(head)[\(items.joined(separator: ", "))]"
        guard items.count > 1, margin.utf8.count + short.utf8.count > Self.width else { return [short] }
        // Here, unlike in records, no comma may stand behind the last one.
        return ["\(head)["] + items.dropLast().map { "  \($0)," } + items.suffix(1).map { "  \($0)" } + ["]"]
    }

    /// The name of an attribute or an action: in quotes when it is no identifier.
    static func name(_ name: Text) -> String {
        let bytes = name.string.utf8
        guard let first = bytes.first, first.startsIdentifier, bytes.allSatisfy(\.continuesIdentifier),
            !ReservedWord.contains(name.string)
        else { return name.quoted }
        return name.string
    }
}
