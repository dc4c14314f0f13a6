// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

/// The references of a document: names of what the server has or what other documents will make.
struct DraftReferences: References {
    /// The ids of names, by kind; nil takes every name, for a look at the shape alone.
    var known: [ObjectKind: [String: ObjectID]]?
    /// The expiry that the object has now; a span leaves it as it is.
    var presentExpiry: Timestamp?
    /// The time from which spans count.
    var now = LocalClock.now()

    func resolve(_ text: String, kind: ObjectKind, at pointer: String) throws(ShapeError) -> ObjectID {
        if let id = ObjectID(text), id.kind == kind { return id }
        guard Name.isValid(text) else { throw ShapeError(.value, pointer, "a name or id is expected") }
        guard let known else { return ObjectID(kind: kind, high: 0, low: 0) }
        if let id = known[kind]?[text] { return id }
        throw ShapeError(.value, pointer, "no \(kind.noun) has this name or id")
    }

    func expiry(_ reader: inout ObjectReader) throws(ShapeError) -> Timestamp {
        try reader.expiry(now: now, present: presentExpiry)
    }
}
