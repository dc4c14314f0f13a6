// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension AuthorizationRequest {
    /// The request that `json` describes: `{"principal", "action", "resource", "context"?}`, the first three as
    /// `{"type", "id"}`. Other members are ignored.
    public init(json: JSONValue) throws(EntityFormatError) {
        guard case .object(let object) = json else {
            throw JSONPath.root.error(.kind, "a request is an object, not \(json.kindName)")
        }
        principal = try Self.uid("principal", of: object)
        action = try Self.uid("action", of: object)
        resource = try Self.uid("resource", of: object)
        context =
            try object["context"].map { context throws(EntityFormatError) in
                try Record(json: context, at: JSONPath.root.member("context"))
            } ?? [:]
    }

    static func uid(_ key: String, of object: JSONObject) throws(EntityFormatError) -> EntityUID {
        guard let member = object[key] else { throw JSONPath.root.error(.missing, "'\(key)' is missing") }
        return try EntityUID.read(member, JSONPath.root.member(key))
    }

    /// The request as `{"principal", "action", "resource", "context"}`.
    public var json: JSONValue {
        ["principal": principal.json, "action": action.json, "resource": resource.json, "context": context.json]
    }
}
