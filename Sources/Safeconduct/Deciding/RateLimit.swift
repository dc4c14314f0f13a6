// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// How much of something each identity may have in a window of time: what stands behind `limit:` (DESIGN section 4).
public struct RateLimit: Sendable, Hashable {
    /// What is counted.
    public enum Measure: Sendable, Hashable {
        /// Calls: one each.
        case calls
        /// Bytes of answers, known once the enforcement point reports the outcome.
        case bytes
        /// Rows of answers, known likewise.
        case rows
        /// The number in this request attribute, known before the call.
        case amount(attribute: String)
    }

    /// How many in a window.
    public let count: Int64
    /// The window, in milliseconds.
    public let window: Int64
    /// What is counted.
    public let measure: Measure
    /// The literal without `limit:`, which also names the limit in header fields: `100/minute`.
    public let name: String
}

extension RateLimit {
    /// Reads `<n>/<window>`, `<n>bytes/<window>`, `<n>rows/<window>`, `<n>amount/<window>` or
    /// `<n>amount(<attribute>)/<window>`; nil when it is none. A window is `second`, `minute`, `hour` or `day`.
    init?(_ text: String) {
        // An attribute's name may hold slashes, the window's does not.
        guard let slash = text.lastIndex(of: "/"), let window = Self.windows[String(text[text.index(after: slash)...])]
        else { return nil }
        let digits = text[..<slash].prefix { ("0"..."9").contains($0) }
        // One spelling for each limit: literals are compared as texts.
        guard let count = Int64(digits), digits.first != "0", let measure = Measure(text[digits.endIndex..<slash]),
            count <= measure.most
        else { return nil }
        self.count = count
        self.window = window
        self.measure = measure
        name = text
    }

    private static let windows: [String: Int64] = [
        "second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000,
    ]
}

extension RateLimit.Measure {
    fileprivate init?(_ text: Substring) {
        switch text {
        case "": self = .calls
        case "bytes": self = .bytes
        case "rows": self = .rows
        case "amount": self = .amount(attribute: "amount")
        default:
            // `amount(amount)` would be a second spelling of `amount`.
            guard text.hasPrefix("amount("), text.hasSuffix(")") else { return nil }
            let attribute = String(text.dropFirst("amount(".count).dropLast())
            guard Name.isTerm(attribute), attribute != "amount" else { return nil }
            self = .amount(attribute: attribute)
        }
    }

    /// The largest limit: a thousand million, of bytes a hundred times that.
    fileprivate var most: Int64 { self == .bytes ? 100_000_000_000 : 1_000_000_000 }

    /// Whether what a call takes is known only after it.
    var isMeasuredAfterwards: Bool {
        switch self {
        case .bytes, .rows: true
        case .calls, .amount: false
        }
    }

    /// The unit's name: of a quota on the wire.
    public var unit: String {
        switch self {
        case .calls: "requests"
        case .bytes: "content-bytes"
        case .rows: "rows"
        case .amount(let attribute): attribute
        }
    }
}
