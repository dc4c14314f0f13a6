// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaPrinter {
    /// The lines of a type that was written in the namespace `origin`.
    func lines(
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

    /// The attributes of an entity type. The text form has only records here, but in JSON the shape may be a name: then
    /// what it names is written out.
    func shape(_ type: SchemaFragment.TypeExpression) throws(SchemaError) -> [String] {
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

    /// The context of an action: its attributes, or a name.
    func context(_ type: SchemaFragment.TypeExpression) throws(SchemaError) -> [String] {
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
