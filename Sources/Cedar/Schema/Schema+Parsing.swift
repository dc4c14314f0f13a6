// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Schema {
    /// The schema in `text`, in the Cedar schema language, its names resolved.
    public init(parsing text: String, limits: SchemaLimits = .standard) throws(SchemaError) {
        self = try SchemaFragment(parsing: text, limits: limits).resolved(limits: limits)
    }

    /// The schema in `bytes`, which must be UTF-8, its names resolved.
    public init(parsing bytes: [UInt8], limits: SchemaLimits = .standard) throws(SchemaError) {
        self = try SchemaFragment(parsing: bytes, limits: limits).resolved(limits: limits)
    }

    /// The schema in `json`, in the JSON form, its names resolved.
    public init(json: JSONValue, limits: SchemaLimits = .standard) throws(SchemaError) {
        self = try SchemaFragment(json: json, limits: limits).resolved(limits: limits)
    }
}

extension SchemaFragment {
    /// The schema this fragment stands for: every name replaced by what it means.
    ///
    /// - Throws: When a name means nothing, when a declaration hides one outside all namespaces (RFC 70), when a common
    ///   type is made of itself or an action is in itself, when a shape or a context is no record, and when the whole
    ///   grows beyond `limits`.
    public func resolved(limits: SchemaLimits = .standard) throws(SchemaError) -> Schema {
        let names = SchemaNames(self)
        try names.check(self)
        var resolver = SchemaResolver(names: names, limits: limits)
        return try resolver.schema(of: self)
    }
}
