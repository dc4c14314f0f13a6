// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

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

extension ObjectReader {
    /// The expiry that people write: `expires_at`, a moment, or `expires_in`, a span.
    ///
    /// - Parameters:
    ///   - now: What a span counts from.
    ///   - present: The expiry that the object has now. A span leaves it as it is while it has not come, so that applying
    ///     a file again changes nothing.
    public mutating func expiry(now: Timestamp, present: Timestamp?) throws(ShapeError) -> Timestamp {
        guard let span = try optionalString("expires_in") else { return try timestamp("expires_at") }
        let pointer = pointer(to: "expires_in")
        guard optional("expires_at") == nil else {
            throw ShapeError(.value, pointer, "give expires_at or expires_in, not both")
        }
        guard let milliseconds = Span.milliseconds(span) else {
            throw ShapeError(.value, pointer, "a span such as 90d, 12h, 30m or 45s is expected")
        }
        if let present, present > now { return present }
        return now.advanced(byMilliseconds: milliseconds)
    }
}
