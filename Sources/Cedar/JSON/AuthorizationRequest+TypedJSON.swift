// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension AuthorizationRequest {
    /// The request that `json` describes, read with a schema and checked against it: escapes in the context may be left
    /// out where the schema says what is meant. See ``Schema/validate(_:)-(AuthorizationRequest)``.
    public init(json: JSONValue, schema: Schema) throws(EntityFormatError) {
        guard case .object(let object) = json else {
            throw JSONPath.root.error(.kind, "a request is an object, not \(json.kindName)")
        }
        let action = try Self.uid("action", of: object)
        // The context of an action that is not there cannot be read; the check below says so.
        var context: Record = [:]
        if let type = schema.actions[action]?.context {
            context = try Record(json: object["context"] ?? [:], action: type, schema: schema)
        }
        self.init(
            principal: try Self.uid("principal", of: object),
            action: action,
            resource: try Self.uid("resource", of: object),
            context: context
        )
        do throws(ConformanceError) { try schema.validate(self) } catch { throw EntityFormatError(error) }
    }
}

extension Record {
    fileprivate init(json: JSONValue, action type: RecordType, schema: Schema) throws(EntityFormatError) {
        let path = JSONPath.root.member("context")
        guard case .object(let object) = json else {
            throw path.error(.kind, "an object of attributes is expected, not \(json.kindName)")
        }
        self = try Record.read(object, as: type, schema, path)
    }
}
