// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The error that reading and resolving `text` gives.
func schemaError(_ text: String, limits: SchemaLimits = .standard) -> SchemaError? {
    schemaError(Array(text.utf8), limits: limits)
}

/// The error that reading and resolving `bytes` gives.
func schemaError(_ bytes: [UInt8], limits: SchemaLimits = .standard) -> SchemaError? {
    do throws(SchemaError) {
        _ = try Schema(parsing: bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// The error that reading and resolving `json` gives.
func schemaError(json: JSONValue, limits: SchemaLimits = .standard) -> SchemaError? {
    do throws(SchemaError) {
        _ = try Schema(json: json, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// The name of a type, for tests only.
func typeName(_ text: String) throws -> EntityTypeName {
    try #require(EntityTypeName(text))
}

extension Schema {
    /// The schema, the types of an action that applies to nothing left out: the text form cannot keep them.
    var withoutHalves: Schema {
        Schema(
            entityTypes: Array(entityTypes.values),
            actions: actions.values.map { action in
                guard action.principals.isEmpty || action.resources.isEmpty else { return action }
                return Action(uid: action.uid, parents: action.parents, ancestors: action.ancestors)
            }
        )
    }
}
