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
        if let span = try reader.optionalString("expires_in") {
            guard reader.optional("expires_at") == nil else {
                throw ShapeError(.value, reader.pointer(to: "expires_in"), "give expires_at or expires_in, not both")
            }
            guard let milliseconds = Span.milliseconds(span) else {
                throw ShapeError(
                    .value,
                    reader.pointer(to: "expires_in"),
                    "a span such as 90d, 12h, 30m or 45s is expected"
                )
            }
            if let presentExpiry, presentExpiry > now { return presentExpiry }
            return now.advanced(byMilliseconds: milliseconds)
        }
        return try reader.timestamp("expires_at")
    }
}

/// Spans of time as people write them.
public enum Span {
    /// The milliseconds of `90d`, `12h`, `30m` or `45s`; nil for anything else and for more than ten years.
    public static func milliseconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count > 0,
            text.first != "+"
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow || product > 3650 * 86_400_000 ? nil : product
    }
}
