// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaParser {
    /// A name that is no reserved word. `__cedar` is one here: only paths begin with it.
    mutating func identifier(_ wanted: String) throws(SchemaError) -> String {
        guard token.kind == .identifier else { throw expected(wanted) }
        let name = lexer.text(of: token)
        guard !ReservedWord.contains(name) || name == "__cedar" else {
            throw failure(.reserved, "'\(name)' is a reserved word and cannot be \(wanted)")
        }
        try step()
        return name
    }

    /// Identifiers joined by `::`.
    mutating func path(_ wanted: String) throws(SchemaError) -> SchemaFragment.Name {
        let place = place(at: token.start)
        return try path(from: try identifier(wanted), wanted, at: place)
    }

    /// The rest of a path behind its first identifier.
    mutating func path(
        from first: String,
        _ wanted: String,
        at place: SchemaPlace
    ) throws(SchemaError) -> SchemaFragment.Name {
        var name = first
        while try takes(.pathSeparator) { name += "::" + (try identifier(wanted)) }
        size += 1
        return SchemaFragment.Name(text: Text(name), place: place)
    }

    /// `Path` or `[Path, Path]`, which may be empty.
    mutating func paths(_ wanted: String) throws(SchemaError) -> [SchemaFragment.Name] {
        guard try takes(.leftBracket) else { return [try path("\(wanted) or '['")] }
        guard token.kind != .rightBracket else {
            try step()
            return []
        }
        var paths: [SchemaFragment.Name] = []
        repeat { paths.append(try path(wanted)) } while try takes(.comma)
        try take(.rightBracket, or: "',' or ']'")
        return paths
    }

    /// An identifier or a string: the name of an attribute or of an action.
    mutating func name(_ wanted: String) throws(SchemaError) -> SchemaFragment.Name {
        let place = place(at: token.start)
        let text = token.kind == .string ? try string(wanted) : Text(try identifier(wanted))
        size += 1
        return SchemaFragment.Name(text: text, place: place)
    }

    /// The name of an action in another's list of groups: `name`, `"name"` or `Path::"name"`.
    mutating func actionName() throws(SchemaError) -> SchemaFragment.ActionName {
        let wanted = "the name of an action"
        let first = try name(wanted)
        // Without a type in front it is an action of this namespace or of none; which one, the resolver finds out.
        guard token.kind == .pathSeparator else {
            return SchemaFragment.ActionName(type: nil, id: first.text, place: first.place)
        }
        var type = first.text.string
        while try takes(.pathSeparator) {
            if token.kind == .string {
                return SchemaFragment.ActionName(type: Text(type), id: try string(wanted), place: first.place)
            }
            type += "::" + (try identifier(wanted))
        }
        throw expected("'::' and the action's id in quotes")
    }

    /// Refuses names that belong to the language itself.
    func refuseReserved(_ name: String, at place: SchemaPlace, as role: String) throws(SchemaError) {
        guard !name.split(separator: ":").contains("__cedar") else {
            throw SchemaError(.reserved, "'__cedar' belongs to the language itself and cannot name \(role)", at: place)
        }
    }
}
