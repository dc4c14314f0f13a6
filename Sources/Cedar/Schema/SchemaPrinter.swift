// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes a fragment in the Cedar schema language.
struct SchemaPrinter {
    let names: SchemaNames
    private(set) var output = ""
    // The namespace at hand, and the spaces that stand in front of its declarations.
    private var namespace: Text?
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

    private func lines(of annotations: [Annotation]) -> [String] {
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

extension SchemaPrinter {
    /// The lines of a type that was written in the namespace `origin`.
    private func lines(
        of type: SchemaFragment.TypeExpression,
        in origin: Text?
    ) throws(SchemaError) -> [String] {
        try type.fold { (type, parts: [[String]], _) throws(SchemaError) in
            switch type {
            case .set: return parts.joined().map { $0 }.surrounded("Set<", ">")
            case .record(let attributes):
                return zip(attributes, parts).map { attribute, lines in
                    let head = Self.name(attribute.name) + (attribute.isRequired ? ": " : "?: ")
                    return self.lines(of: attribute.annotations) + lines.surrounded(head, "")
                }.braced
            default: return [try spelling(of: type, from: origin, as: .either)]
            }
        }
    }

    // The text form has only records here, but in JSON the shape may be a name: then what it names is written out.
    private func shape(_ type: SchemaFragment.TypeExpression) throws(SchemaError) -> [String] {
        var type = type
        var origin = namespace
        // A name that names a name, and so on, leads to each common type at most once, or in a circle.
        for _ in 0...names.commonTypes.count {
            if case .record = type { return try lines(of: type, in: origin) }
            guard case .commonType(let index) = meaning(of: type, in: origin) else { break }
            origin = names.commonTypes[index].namespace
            type = names.commonTypes[index].declaration.type
        }
        throw unsupported("a shape that is no record", type)
    }

    private func context(_ type: SchemaFragment.TypeExpression) throws(SchemaError) -> [String] {
        switch type {
        case .record: return try lines(of: type, in: namespace)
        case .name, .commonType: return [try spelling(of: type, from: namespace, as: .commonType)]
        default: throw unsupported("a context that is no record", type)
        }
    }

    // What a type without parts means where it was written.
    private func meaning(of type: SchemaFragment.TypeExpression, in origin: Text?) -> SchemaNames.Meaning? {
        switch type {
        case .name(let name): names.meaning(of: name.text, in: origin, as: .either)
        case .commonType(let name): names.meaning(of: name.text, in: origin, as: .commonType)
        case .entity(let name): names.meaning(of: name.text, in: origin, as: .entity)
        case .extensionType(let name): SchemaNames.builtins[name.text].map { .builtin($0) }
        case .bool: .builtin(.bool)
        case .long: .builtin(.long)
        case .string: .builtin(.string)
        case .set, .record: nil
        }
    }

    // The shortest name that means here what the type means where it was written.
    private func spelling(
        of type: SchemaFragment.TypeExpression,
        from origin: Text?,
        as role: SchemaNames.Role
    ) throws(SchemaError) -> String {
        let written: Text =
            switch type {
            case .name(let name), .commonType(let name), .entity(let name), .extensionType(let name): name.text
            case .bool: "Bool"
            case .long: "Long"
            default: "String"
            }
        let meant = meaning(of: type, in: origin)
        var candidates = [written]
        switch meant {
        case .builtin:
            let basename = written.string.split(separator: ":").last.map { String($0) }
            candidates.append(Text(basename ?? "").qualified(by: "__cedar"))
        case .commonType(let index): candidates.append(names.commonTypes[index].fullName)
        case .entity(let name), .action(let name): candidates.append(name.text)
        // What is not declared here is declared elsewhere, if at all.
        case nil: return written.string
        }
        for candidate in candidates where names.meaning(of: candidate, in: namespace, as: role) == meant {
            return candidate.string
        }
        throw unsupported("'\(written)', which another declaration hides there", type)
    }

    private func unsupported(_ what: String, _ type: SchemaFragment.TypeExpression) -> SchemaError {
        let place: SchemaPlace? =
            switch type {
            case .name(let name), .commonType(let name), .entity(let name), .extensionType(let name): name.place
            default: nil
            }
        return SchemaError(.unsupported, "the text form cannot say \(what)", at: place ?? .json(.root))
    }
}

extension [String] {
    /// The lines with something in front of the first and something behind the last.
    fileprivate func surrounded(_ before: String, _ after: String) -> [String] {
        var lines = self
        guard !lines.isEmpty else { return [before + after] }
        lines[0] = before + lines[0]
        lines[lines.count - 1] += after
        return lines
    }

    /// The lines, and `others` behind them; the first of these goes on where the last of those ends.
    fileprivate func joined(with others: [String]) -> [String] {
        guard let last else { return others }
        return dropLast() + others.surrounded(last, "")
    }
}

extension [[String]] {
    /// The parts in braces, a comma between each two.
    fileprivate var braced: [String] {
        if isEmpty { return ["{}"] }
        var lines = ["{"]
        for (index, part) in enumerated() {
            lines += part.surrounded("", index < count - 1 ? "," : "").map { "  " + $0 }
        }
        return lines + ["}"]
    }
}
