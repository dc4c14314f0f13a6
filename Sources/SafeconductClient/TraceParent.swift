// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The trace that a request belongs to (W3C Trace Context), read strictly: what is not exactly right is not passed on.
public struct TraceParent: Sendable, Equatable {
    /// The header field `traceparent`.
    public let parent: String
    /// The header field `tracestate`; nil when there is none.
    public let state: String?

    /// Reads the fields of a request.
    ///
    /// - Parameters:
    ///   - parents: The values of all fields `traceparent`; other than one gives nil (section 3.2).
    ///   - states: The values of all fields `tracestate`, in order.
    public init?(_ parents: [String], states: [String] = []) {
        guard parents.count == 1, let parent = parents.first, Self.isParent(parent.utf8) else { return nil }
        self.parent = parent
        let state = states.joined(separator: ",")
        // A state that can't be forwarded whole is left out; the parent counts without it (section 3.3.1.5).
        self.state = !state.isEmpty && state.utf8.count <= 512 && state.utf8.allSatisfy(Self.isVisible) ? state : nil
    }

    /// The fields for a request of one's own.
    var fields: [(String, String)] { [("traceparent", parent)] + (state.map { [("tracestate", $0)] } ?? []) }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }

    /// `00-<32 hex>-<16 hex>-<2 hex>`, lower case, neither id all zero (section 3.2.2).
    private static func isParent(_ text: String.UTF8View) -> Bool {
        let bytes = Array(text)
        guard bytes.count == 55, bytes.starts(with: "00-".utf8), bytes[35] == UInt8(ascii: "-"),
            bytes[52] == UInt8(ascii: "-")
        else { return false }
        return isID(bytes[3..<35]) && isID(bytes[36..<52]) && bytes[53...].allSatisfy(isHex)
    }

    private static func isID(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.allSatisfy(isHex) && digits.contains { $0 != UInt8(ascii: "0") }
    }

    private static func isHex(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
}
