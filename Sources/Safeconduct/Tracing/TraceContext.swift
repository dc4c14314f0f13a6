// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A place in a trace (W3C Trace Context): whose trace, and which span of it.
public struct TraceContext: Sendable, Equatable {
    /// The trace that the present task works for, for calls that leave this machine. Set only where there is one.
    @TaskLocal public static var current: TraceContext?

    private let high: UInt64
    private let low: UInt64
    /// The span, never zero.
    public let span: UInt64
    /// Whether whoever began the trace records it.
    public let isSampled: Bool
    /// What other systems keep in the trace, as received; nil when there is nothing that can be passed on.
    public let state: String?

    private init(high: UInt64, low: UInt64, span: UInt64, isSampled: Bool, state: String?) {
        self.high = high
        self.low = low
        self.span = span
        self.isSampled = isSampled
        self.state = state
    }

    /// Reads the fields of a request, strictly.
    ///
    /// - Parameters:
    ///   - parent: The one `traceparent` (section 3.2): lower-case hexadecimal, neither id all zero. Of a later version
    ///     what this one knows counts.
    ///   - state: The fields `tracestate`, joined by commas (section 3.3). A state that is not right is left out; the
    ///     parent counts without it.
    public init?(parent: String, state: String? = nil) {
        let bytes = Array(parent.utf8)
        guard bytes.count >= 55, let version = Hex.number(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || (version > 0 && bytes[55] == UInt8(ascii: "-")),
            bytes[2] == UInt8(ascii: "-"), bytes[35] == UInt8(ascii: "-"), bytes[52] == UInt8(ascii: "-"),
            let high = Hex.number(bytes[3..<19]), let low = Hex.number(bytes[19..<35]),
            let span = Hex.number(bytes[36..<52]), let flags = Hex.number(bytes[53..<55]), high | low != 0, span != 0
        else { return nil }
        self.init(
            high: high,
            low: low,
            span: span,
            isSampled: flags & 1 == 1,
            state: state.flatMap { TraceState.isValid($0) ? $0 : nil }
        )
    }

    /// A new trace.
    public static func made(isSampled: Bool) -> TraceContext {
        TraceContext(
            high: TraceIDs.next(),
            low: TraceIDs.next(),
            span: TraceIDs.next(),
            isSampled: isSampled,
            state: nil
        )
    }

    /// A new span of the same trace.
    public func child() -> TraceContext {
        TraceContext(high: high, low: low, span: TraceIDs.next(), isSampled: isSampled, state: state)
    }

    /// The trace's id, 32 hexadecimal digits.
    public var traceID: String { Hex.text(high) + Hex.text(low) }

    /// The span's id, 16 hexadecimal digits.
    public var spanID: String { Self.spanID(span) }

    /// The id of a span, 16 hexadecimal digits.
    public static func spanID(_ span: UInt64) -> String { Hex.text(span) }

    /// The header field `traceparent`, in version 00.
    public var parent: String { "00-\(traceID)-\(spanID)-0\(isSampled ? 1 : 0)" }
}

/// Lower-case hexadecimal digits, as Trace Context writes ids.
enum Hex {
    static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x61 + 10)
            default: return nil
            }
        }
        return number
    }

    static func text(_ number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - place * 4)) & 15
                buffer.initializeElement(at: place, to: digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            }
            return 16
        }
    }
}
