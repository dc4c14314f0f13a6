// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// The references of what people write: ids or names, moments or spans of time.
struct NamedReferences: References {
    let state: TrustState
    let now: Timestamp
    /// The expiry that the object has now; a span leaves it as it is, so that applying a file again changes nothing.
    let presentExpiry: Timestamp?
    /// An object that may own itself: its name and the id it will have.
    let own: (name: String, id: ObjectID)?

    func resolve(_ text: String, kind: ObjectKind, at pointer: String) throws(ShapeError) -> ObjectID {
        if let own, own.id.kind == kind, own.name == text { return own.id }
        if let id = state.find(text, kind: kind) { return id }
        throw ShapeError(.value, pointer, "no \(kind.noun) has this name or id")
    }

    func expiry(_ reader: inout ObjectReader) throws(ShapeError) -> Timestamp {
        try reader.expiry(now: now, present: presentExpiry)
    }
}
