// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaFragment {
    /// One schema of several, such as one that is shipped and one that a user adds: each may name what another declares,
    /// and add to its namespaces.
    ///
    /// - Throws: When two of them declare the same.
    public init(joining fragments: [SchemaFragment]) throws(SchemaError) {
        var namespaces: [Namespace] = []
        var indexes: [Text?: Int] = [:]
        for namespace in fragments.flatMap(\.namespaces) {
            if let index = indexes[namespace.name] {
                namespaces[index] = namespaces[index].joined(with: namespace)
            } else {
                indexes[namespace.name] = namespaces.count
                namespaces.append(namespace)
            }
        }
        self.init(namespaces: namespaces)
        try refuseDuplicates(areInOneText: false)
    }

    /// Refuses a namespace, or a name within one, that is declared twice. A type may have the name of an entity type.
    /// - Parameter areInOneText: Whether an error about one place may speak of the line of the other.
    func refuseDuplicates(areInOneText: Bool) throws(SchemaError) {
        var names: [Text?: SchemaPlace] = [:]
        for namespace in namespaces {
            if let first = names.updateValue(namespace.place, forKey: namespace.name) {
                let what = "the namespace \(namespace.name ?? "")"
                throw SchemaError(twice: what, at: namespace.place, before: areInOneText ? first : nil)
            }
            var commonTypes: [Text: SchemaPlace] = [:]
            var entityTypes: [Text: SchemaPlace] = [:]
            var actions: [Text: SchemaPlace] = [:]
            func enter(_ name: Name, _ list: inout [Text: SchemaPlace], _ role: String) throws(SchemaError) {
                guard let first = list.updateValue(name.place, forKey: name.text) else { return }
                let what = "the \(role) \(name.text.quoted)"
                throw SchemaError(twice: what, at: name.place, before: areInOneText ? first : nil)
            }
            for declaration in namespace.declarations {
                switch declaration {
                case .commonType(let type): try enter(type.name, &commonTypes, "type")
                case .entityType(let entity):
                    for name in entity.names { try enter(name, &entityTypes, "entity type") }
                case .action(let action):
                    for name in action.names { try enter(name, &actions, "action") }
                }
            }
        }
    }
}

extension SchemaFragment.Namespace {
    // Of two annotations of one name the first stays.
    fileprivate func joined(with other: SchemaFragment.Namespace) -> SchemaFragment.Namespace {
        let keys = Set(annotations.map(\.key))
        return SchemaFragment.Namespace(
            name: name,
            annotations: annotations + other.annotations.filter { !keys.contains($0.key) },
            declarations: declarations + other.declarations,
            place: place
        )
    }
}

extension SchemaError {
    fileprivate init(twice what: String, at place: SchemaPlace, before first: SchemaPlace?) {
        let before = first?.position.map { "; it stands in line \($0.line) already" } ?? ""
        self.init(.duplicate, "\(what) is declared twice\(before)", at: place)
    }
}
