// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// How the text of a reference becomes an id: stored bytes hold ids only, what people write may hold names.
///
/// One reader per object serves both forms; only this differs.
public protocol References {
    /// The id of the `kind` that `text` names.
    func resolve(_ text: String, kind: ObjectKind, at pointer: String) throws(ShapeError) -> ObjectID
    /// The expiry that the object read states.
    func expiry(_ reader: inout ObjectReader) throws(ShapeError) -> Timestamp
}

/// The references of stored bytes: ids and moments, nothing else.
public struct StoredReferences: References {
    /// References of stored bytes.
    public init() {}

    /// Reads an id of the given kind.
    public func resolve(_ text: String, kind: ObjectKind, at pointer: String) throws(ShapeError) -> ObjectID {
        guard let id = ObjectID(text), id.kind == kind else {
            throw ShapeError(.value, pointer, "an id of the kind \(kind.rawValue)_ is expected")
        }
        return id
    }

    /// Reads `expires_at`.
    public func expiry(_ reader: inout ObjectReader) throws(ShapeError) -> Timestamp {
        try reader.timestamp("expires_at")
    }
}

extension ObjectReader {
    /// The name member `key` (``Name/isValid(_:)``).
    public mutating func name(_ key: String = "name") throws(ShapeError) -> String {
        let text = try string(key)
        guard Name.isValid(text) else {
            throw ShapeError(
                .value,
                pointer(to: key),
                "a name is 1 to 63 of a-z 0-9 . _ - and begins with a letter or digit"
            )
        }
        return text
    }

    /// The term member `key` (``Name/isTerm(_:)``).
    public mutating func term(_ key: String) throws(ShapeError) -> String {
        let text = try string(key)
        guard Name.isTerm(text) else { throw Self.notATerm(pointer(to: key)) }
        return text
    }

    /// The term member `key`, nil when absent.
    public mutating func optionalTerm(_ key: String) throws(ShapeError) -> String? {
        optional(key) == nil ? nil : try term(key)
    }

    /// The terms of the array member `key`, sorted, each once; at most `limit`.
    public mutating func terms(_ key: String, limit: Int) throws(ShapeError) -> [String] {
        let texts = try strings(key)
        for (index, text) in texts.enumerated() where !Name.isTerm(text) {
            throw Self.notATerm("\(pointer(to: key))/\(index)")
        }
        guard texts.count <= limit else {
            throw ShapeError(.value, pointer(to: key), "at most \(limit) are allowed")
        }
        return Set(texts).sorted()
    }

    /// The RFC 3339 member `key`.
    public mutating func timestamp(_ key: String) throws(ShapeError) -> Timestamp {
        guard let time = Timestamp(try string(key)) else {
            throw ShapeError(.value, pointer(to: key), "an RFC 3339 date-time is expected")
        }
        return time
    }

    /// The RFC 3339 member `key`, nil when absent.
    public mutating func optionalTimestamp(_ key: String) throws(ShapeError) -> Timestamp? {
        optional(key) == nil ? nil : try timestamp(key)
    }

    /// The member `key` as one of the cases of `T`.
    public mutating func choice<T: RawRepresentable & CaseIterable>(
        _ key: String,
        _ type: T.Type
    ) throws(ShapeError) -> T where T.RawValue == String {
        let text = try string(key)
        guard let value = T(rawValue: text) else {
            let allowed = T.allCases.map(\.rawValue)
            let near = nearestName(to: text, among: allowed).map { "; did you mean '\($0)'?" } ?? ""
            throw ShapeError(
                .value,
                pointer(to: key),
                "one of \(allowed.joined(separator: ", ")) is expected\(near)"
            )
        }
        return value
    }

    private static func notATerm(_ pointer: String) -> ShapeError {
        ShapeError(.value, pointer, "a term is 1 to 128 of a-z 0-9 . _ - / : and begins with a letter or digit")
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    mutating func member(_ name: String, _ id: ObjectID) {
        key(name)
        string(id)
    }

    mutating func member(_ name: String, _ time: Timestamp) {
        key(name)
        string(time)
    }

    mutating func member(_ name: String, _ number: Int64) {
        key(name)
        integer(number)
    }

    mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
