// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaFragment {
    /// The schema in the Cedar schema language, formatted for people; reading it gives the same schema.
    ///
    /// An action with an empty list of principals or of resources applies to nothing and is written without lists.
    /// - Throws: When the schema is from JSON and says something that the text form cannot: an entity type where a common
    ///   type of the same name hides it, a shape that is a name nothing in the fragment declares, a context that is no
    ///   record.
    public var text: String {
        get throws(SchemaError) {
            var printer = SchemaPrinter(names: SchemaNames(self))
            for namespace in namespaces { try printer.write(namespace) }
            return printer.output
        }
    }
}
