// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What every setting is, and who said so.
struct EffectiveSettings: Sendable {
    /// One setting.
    struct Row: Sendable, Equatable {
        let path: String
        /// Nil when it is nothing.
        let value: JSONValue?
        /// `environment`, `file` or `default`.
        let source: String
    }

    let rows: [Row]

    /// Hears the environment first, then the file.
    ///
    /// - Parameters:
    ///   - environment: The variables; an empty one says nothing.
    ///   - file: The file's document; nil without one.
    init(environment: [String: String], file: JSONValue?) {
        var rows: [Row] = []
        for key in SettingKey.all {
            let stated = key.levels.reduce(file) { $0?[$1] }
            let row: Row =
                if let text = environment["SAFECONDUCT_\(key.variable)"], !text.isEmpty {
                    Row(path: key.path, value: Self.value(text, key), source: "environment")
                } else if let stated, !stated.isNull {
                    Row(path: key.path, value: stated, source: "file")
                } else {
                    Row(path: key.path, value: key.standard, source: "default")
                }
            rows.append(row)
        }
        self.rows = rows
    }

    /// The rows with what says where secrets lie taken out.
    func redacted() -> EffectiveSettings {
        let sensitive = Set(SettingKey.all.filter(\.isSensitive).map(\.path))
        return EffectiveSettings(
            rows: rows.map { row in
                guard sensitive.contains(row.path), row.value != nil else { return row }
                return Row(path: row.path, value: "[redacted]", source: row.source)
            }
        )
    }

    private init(rows: [Row]) { self.rows = rows }

    /// The settings in the form of a file.
    ///
    /// - Parameter isEffective: Whether those are told, too, that only have their default.
    func document(isEffective: Bool) -> JSONValue {
        var object = JSONObject()
        for row in rows {
            guard let value = row.value, isEffective || row.source != "default" else { continue }
            object = Self.put(value, at: row.path.split(separator: ".").map(String.init)[...], in: object)
        }
        return .object(object)
    }

    private static func put(_ value: JSONValue, at levels: ArraySlice<String>, in object: JSONObject) -> JSONObject {
        guard let name = levels.first else { return object }
        var object = object
        object[name] =
            levels.count == 1
            ? value : .object(put(value, at: levels.dropFirst(), in: object[name]?.objectValue ?? JSONObject()))
        return object
    }

    /// A variable's text as the file would have it; it was read before, so it is one.
    private static func value(_ text: String, _ key: SettingKey) -> JSONValue {
        switch key.schema["type"]?.stringValue {
        case "boolean": .bool(text == "true" || text == "1")
        case "integer": Int64(text).map { .integer($0) } ?? .string(text)
        case "array": .array(text.split(separator: ",").map { .string(String($0)) })
        default: .string(text)
        }
    }
}
