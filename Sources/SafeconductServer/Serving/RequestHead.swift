// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// The header fields that the connection itself acts on, found in one pass.
struct RequestHead {
    private(set) var hosts = 0
    private(set) var requestID: String?
    private(set) var contentType: String?
    private(set) var contentTypes = 0
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var hasContentCoding = false
    private(set) var expectsContinue = false
    /// The one `traceparent`; nil when there is none, or more than one, which counts as none.
    private(set) var traceparent: String?
    private(set) var tracestate: String?
    private var traceparents = 0

    init(_ headers: HTTPHeaders) {
        // The length alone rules out nearly every field.
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where Self.same(name, "host"): hosts += 1
            case 6 where Self.same(name, "expect"): expectsContinue = Self.same(value, "100-continue")
            case 10 where Self.same(name, "tracestate"): tracestate = (tracestate.map { $0 + "," } ?? "") + value
            case 11 where Self.same(name, "traceparent"):
                traceparents += 1
                traceparent = traceparents == 1 ? value : nil
            case 12 where Self.same(name, "content-type"):
                contentTypes += 1
                contentType = value
            case 12 where requestID == nil && Self.same(name, "x-request-id"): requestID = value
            case 14 where Self.same(name, "content-length"): contentLength = Int(value)
            case 16 where Self.same(name, "content-encoding"): hasContentCoding = !Self.same(value, "identity")
            case 17 where Self.same(name, "transfer-encoding"): isChunked = true
            default: break
            }
        }
    }

    /// Whether body bytes will follow.
    var announcesBody: Bool { isChunked || (contentLength ?? 0) > 0 }

    /// Whether the one `Content-Type` is `application/json`; parameters say nothing for JSON (RFC 8259 section 11).
    var isJSON: Bool {
        guard contentTypes == 1, let contentType else { return false }
        var type = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
        while type.last == 0x20 || type.last == 0x09 { type.removeLast() }
        return Self.same(type, "application/json")
    }

    private static func same(_ text: String, _ lowercased: StaticString) -> Bool { same(text.utf8[...], lowercased) }

    private static func same(_ text: some Collection<UInt8>, _ lowercased: StaticString) -> Bool {
        guard text.count == lowercased.utf8CodeUnitCount else { return false }
        return lowercased.withUTF8Buffer { lower in
            zip(text, lower).allSatisfy { byte, lower in
                byte == lower || ((0x41...0x5A).contains(byte) && byte | 0x20 == lower)
            }
        }
    }
}
