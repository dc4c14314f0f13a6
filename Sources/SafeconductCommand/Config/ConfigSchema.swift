// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The JSON Schema of the configuration file (2020-12), for editors.
enum ConfigSchema {
    /// The schema of the given settings.
    static func schema(_ keys: [SettingKey] = SettingKey.all) -> JSONValue {
        var object = JSONObject([
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("title", "Configuration of safeconduct serve"),
        ])
        for member in level(keys.map { (levels: $0.levels[...], key: $0) }) { object[member.key] = member.value }
        return .object(object)
    }

    private static func level(_ keys: [(levels: ArraySlice<String>, key: SettingKey)]) -> JSONObject {
        var properties = JSONObject()
        for (levels, key) in keys {
            guard let name = levels.first, properties[name] == nil else { continue }
            if levels.count == 1 {
                properties[name] = .object(leaf(key))
            } else {
                let inner = keys.filter { $0.levels.first == name }.map { (levels: $0.levels.dropFirst(), key: $0.key) }
                properties[name] = .object(level(inner))
            }
        }
        return JSONObject([
            ("type", "object"), ("additionalProperties", false), ("properties", .object(properties)),
        ])
    }

    private static func leaf(_ key: SettingKey) -> JSONObject {
        var schema = key.schema
        schema["description"] = .string("\(key.summary) Variable: SAFECONDUCT_\(key.variable).")
        if let standard = key.standard { schema["default"] = standard }
        return schema
    }
}
