// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Record {
    /// The record that `json`, an object in Cedar's JSON form, stands for: a context, for example.
    public init(json: JSONValue) throws(EntityFormatError) {
        try self.init(json: json, at: .root)
    }

    init(json: JSONValue, at path: JSONPath) throws(EntityFormatError) {
        // An escape at the top is a value, but no record.
        guard case .record(let record) = try Value.read(json, path) else {
            throw path.error(.kind, "an object of attributes is expected, not \(json.kindName)")
        }
        self = record
    }

    /// The record as a JSON object, members in the order of their names.
    public var json: JSONValue {
        .object(JSONObject(map { ($0.key.string, $0.value.json) }))
    }
}
