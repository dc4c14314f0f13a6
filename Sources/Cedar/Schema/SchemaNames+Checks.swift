// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaNames {
    /// Refuses what may not be declared.
    func check(_ fragment: SchemaFragment) throws(SchemaError) {
        for namespace in fragment.namespaces {
            for declaration in namespace.declarations {
                switch declaration {
                case .commonType(let type):
                    try refuseShadowing(type.name, in: namespace.name, isType(type.name.text))
                case .entityType(let entity):
                    for name in entity.names {
                        guard name.text != "Action" else {
                            let message = "'Action' is the type of the actions; it is not declared"
                            throw SchemaError(.reserved, message, at: name.place)
                        }
                        try refuseShadowing(name, in: namespace.name, isType(name.text))
                    }
                case .action(let action):
                    for name in action.names {
                        let outside = EntityUID(type: Self.actionType(in: nil), id: name.text)
                        try refuseShadowing(name, in: namespace.name, actions.contains(outside))
                    }
                }
            }
        }
    }

    // A name in a namespace that is also declared outside all namespaces: nobody could tell any more which one the name
    // alone means (RFC 70).
    private func refuseShadowing(
        _ name: SchemaFragment.Name,
        in namespace: Text?,
        _ isDeclaredOutside: Bool
    ) throws(SchemaError) {
        guard let namespace, isDeclaredOutside else { return }
        let message =
            "\(name.text.quoted) in the namespace \(namespace) hides the one that is declared outside all namespaces; "
            + "rename one of them"
        throw SchemaError(.shadowing, message, at: name.place)
    }
}
