// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension SchemaParser {
    /// `entity ...;`, `action ...;` or `type ...;`.
    mutating func declaration(
        _ annotations: [Annotation],
        or others: String
    ) throws(SchemaError) -> SchemaFragment.Declaration {
        let declaration: SchemaFragment.Declaration
        let names: Int
        if try takes("entity") {
            let entity = try entity(annotations)
            (declaration, names) = (.entityType(entity), entity.names.count)
        } else if try takes("action") {
            let action = try action(annotations)
            (declaration, names) = (.action(action), action.names.count)
        } else if try takes("type") {
            (declaration, names) = (.commonType(try commonType(annotations)), 1)
        } else {
            throw expected("\(others)'entity', 'action' or 'type'", mending)
        }
        try count(names: names)
        return declaration
    }

    // `type Name = Type;`
    private mutating func commonType(_ annotations: [Annotation]) throws(SchemaError) -> SchemaFragment.CommonType {
        let name = try declaredName("the name of the type")
        guard !SchemaNames.keywords.contains(name.text.string) else {
            throw SchemaError(
                .reserved,
                "'\(name.text)' is a word of the schema language and cannot name a type",
                at: name.place
            )
        }
        try take(.assign)
        let type = try type()
        try take(.semicolon)
        return SchemaFragment.CommonType(name: name, type: type, annotations: annotations)
    }

    // `entity Name, Name in [Path] = { ... } tags Type;` or `entity Name enum ["id"];`
    private mutating func entity(_ annotations: [Annotation]) throws(SchemaError) -> SchemaFragment.EntityType {
        var names: [SchemaFragment.Name] = []
        repeat { names.append(try declaredName("the name of the entity type")) } while try takes(.comma)
        if try takes("enum") {
            try take(.leftBracket)
            var choices: [Text] = []
            repeat {
                choices.append(try string("an id in quotes"))
                size += 1
            } while try takes(.comma)
            try take(.rightBracket, or: "',' or ']'")
            try take(.semicolon)
            return SchemaFragment.EntityType(names: names, kind: .enumerated(choices), annotations: annotations)
        }
        var wanted = "'in', '=', '{', 'tags' or ';'"
        // Something else than all these is most likely a misspelt word, or a comma that was forgotten.
        if names.count == 1, token.kind == .identifier, !isAt("in"), !isAt("tags") { wanted = "',', 'enum', \(wanted)" }
        var parents: [SchemaFragment.Name] = []
        if try takes("in") {
            parents = try paths("the name of an entity type")
            wanted = "'=', '{', 'tags' or ';'"
        }
        // The equals sign came later; both ways to write attributes are in use.
        var attributes = SchemaFragment.TypeExpression.record([])
        if try takes(.assign) {
            guard token.kind == .leftBrace else { throw expected("'{': the attributes stand in braces") }
        }
        if token.kind == .leftBrace {
            attributes = try type()
            wanted = "'tags' or ';'"
        }
        var tags: SchemaFragment.TypeExpression?
        if try takes("tags") {
            tags = try type()
            wanted = "';'"
        }
        try take(.semicolon, or: wanted)
        return SchemaFragment.EntityType(
            names: names,
            kind: .standard(parents: parents, attributes: attributes, tags: tags),
            annotations: annotations
        )
    }

    // A name without a namespace, for something that is declared under it.
    private mutating func declaredName(_ wanted: String) throws(SchemaError) -> SchemaFragment.Name {
        let place = place(at: token.start)
        let name = try identifier(wanted)
        try refuseReserved(name, at: place, as: "a type")
        size += 1
        return SchemaFragment.Name(text: Text(name), place: place)
    }

    // `action name, "name" in [Path::"name"] appliesTo { ... };`
    private mutating func action(_ annotations: [Annotation]) throws(SchemaError) -> SchemaFragment.Action {
        var names: [SchemaFragment.Name] = []
        repeat { names.append(try name("the name of the action")) } while try takes(.comma)
        var parents: [SchemaFragment.ActionName] = []
        var wanted = "'in', 'appliesTo' or ';'"
        if try takes("in") {
            if try takes(.leftBracket) {
                repeat { parents.append(try actionName()) } while try takes(.comma)
                try take(.rightBracket, or: "',' or ']'")
            } else {
                parents = [try actionName()]
            }
            wanted = "'appliesTo' or ';'"
        }
        var appliesTo: SchemaFragment.AppliesTo?
        if try takes("appliesTo") {
            appliesTo = try self.appliesTo()
            wanted = "';'"
        }
        // From a time when actions were to have attributes; they never had any.
        if try takes("attributes") {
            try take(.leftBrace)
            try take(.rightBrace, or: "'}': actions have no attributes")
            wanted = "';'"
        }
        try take(.semicolon, or: wanted)
        return SchemaFragment.Action(names: names, parents: parents, appliesTo: appliesTo, annotations: annotations)
    }

    // `{ principal: Path, resource: [Path], context: Path }` in any order; the context may be left out.
    private mutating func appliesTo() throws(SchemaError) -> SchemaFragment.AppliesTo {
        var principals: [SchemaFragment.Name]?
        var resources: [SchemaFragment.Name]?
        var context: SchemaFragment.TypeExpression?
        try take(.leftBrace)
        repeat {
            // A comma may stand behind the last one.
            if token.kind == .rightBrace, principals ?? resources != nil || context != nil { break }
            let part = token
            if try takes("principal") {
                principals = try types(for: "principal", at: part, instead: principals)
            } else if try takes("resource") {
                resources = try types(for: "resource", at: part, instead: resources)
            } else if isAt("context") {
                guard context == nil else { throw failure(.duplicate, "'context' is written twice") }
                try step()
                try take(.colon)
                context = try self.context()
            } else {
                throw expected("'principal', 'resource' or 'context'")
            }
        } while try takes(.comma)
        // Nothing that is left out stands for everything: what an action applies to is said in full.
        guard let principals, let resources else {
            let missing = principals == nil ? "principal" : "resource"
            throw failure(.missing, "'\(missing): [...]' is missing; what an action applies to has both")
        }
        try take(.rightBrace, or: "',' or '}'")
        return SchemaFragment.AppliesTo(principals: principals, resources: resources, context: context ?? .record([]))
    }

    // Behind `principal` or `resource`.
    private mutating func types(
        for part: String,
        at token: Token,
        instead written: [SchemaFragment.Name]?
    ) throws(SchemaError) -> [SchemaFragment.Name] {
        let place = place(at: token.start)
        guard written == nil else { throw SchemaError(.duplicate, "'\(part)' is written twice", at: place) }
        try take(.colon)
        let types = try paths("the name of an entity type")
        guard !types.isEmpty else {
            throw SchemaError(
                .missing,
                "'\(part)' names no types; leave the whole 'appliesTo' out if there are none",
                at: place
            )
        }
        return types
    }

    // A record or the name of a common type; unlike elsewhere the name cannot be one of an entity type.
    private mutating func context() throws(SchemaError) -> SchemaFragment.TypeExpression {
        if token.kind == .leftBrace { return try type() }
        return .commonType(try path("'{' or the name of a type"))
    }

    // What a misspelt word at the beginning of a declaration was meant to be.
    private var mending: String {
        guard token.kind == .identifier else { return "" }
        let words = ["entity", "action", "type", "namespace"]
        return nearestName(to: lexer.text(of: token), among: words).map { "; did you mean '\($0)'?" } ?? ""
    }
}
