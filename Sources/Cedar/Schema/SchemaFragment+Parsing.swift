// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaFragment {
    /// The schema in `text`, in the Cedar schema language.
    ///
    /// What cannot be seen without its names being looked up is not checked here: ``resolved(limits:)`` does that. A
    /// text without a declaration is valid. Comments are not kept.
    public init(parsing text: String, limits: SchemaLimits = .standard) throws(SchemaError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The schema in `bytes`, which must be UTF-8.
    public init(parsing bytes: [UInt8], limits: SchemaLimits = .standard) throws(SchemaError) {
        do throws(ParseError) {
            try Lexer.check(bytes, maximumBytes: limits.maximumBytes)
        } catch {
            throw SchemaError(error)
        }
        var parser = try SchemaParser(bytes, limits: limits)
        self = try parser.fragment()
    }

    /// Refuses a namespace, or a name within one, that is declared twice. A type may have the name of an entity type.
    func refuseDuplicates() throws(SchemaError) {
        var names: [Text?: SchemaPlace] = [:]
        for namespace in namespaces {
            if let first = names.updateValue(namespace.place, forKey: namespace.name) {
                throw SchemaError.twice("the namespace \(namespace.name ?? "")", first, namespace.place)
            }
            var commonTypes: [Text: SchemaPlace] = [:]
            var entityTypes: [Text: SchemaPlace] = [:]
            var actions: [Text: SchemaPlace] = [:]
            for declaration in namespace.declarations {
                switch declaration {
                case .commonType(let type): try type.name.enter(&commonTypes, as: "the type")
                case .entityType(let entity):
                    for name in entity.names { try name.enter(&entityTypes, as: "the entity type") }
                case .action(let action):
                    for name in action.names { try name.enter(&actions, as: "the action") }
                }
            }
        }
    }
}

extension SchemaFragment.Name {
    fileprivate func enter(_ names: inout [Text: SchemaPlace], as role: String) throws(SchemaError) {
        if let first = names.updateValue(place, forKey: text) {
            throw SchemaError.twice("\(role) \(text.quoted)", first, place)
        }
    }
}

extension SchemaError {
    fileprivate static func twice(_ what: String, _ first: SchemaPlace, _ second: SchemaPlace) -> SchemaError {
        let before = first.position.map { "; it stands in line \($0.line) already" } ?? ""
        return SchemaError(.duplicate, "\(what) is declared twice\(before)", at: second)
    }
}
