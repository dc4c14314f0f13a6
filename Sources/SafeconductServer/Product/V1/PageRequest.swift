// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// Which part of a list is asked for: `page_size` (1 to 1000) and `page_token` (what the page before gave).
struct PageRequest {
    let size: Int
    /// Where the page before ended, in the list's own words; nil for the first page.
    let after: String?
    private let call: HTTPCall

    init(_ call: HTTPCall) throws(Problem) {
        self.call = call
        if let text = try call.queryValue("page_size") {
            guard let size = Int(text), (1...1000).contains(size), text.utf8.first != UInt8(ascii: "+") else {
                throw Problem(.invalidRequest, "page_size is 1 to 1000")
            }
            self.size = size
        } else {
            size = 100
        }
        after = try call.queryValue("page_token").map { token throws(Problem) in
            guard let place = PageToken(token)?.place(in: call.path) else { throw Self.badToken }
            return place
        }
    }

    /// The refusal of a token that no page of this list gave.
    static let badToken = Problem(.invalidRequest, "page_token is not one that a page of this list gave")

    /// The page; `write` writes one item and gives its place in the list, from which the next page goes on.
    ///
    /// - Parameters:
    ///   - items: The page's items and, where there are more, at least one more.
    ///   - hasMore: Whether there are more; by the number of items unless stated.
    func reply<Item>(_ items: some Collection<Item>, hasMore: Bool? = nil, _ write: (Item, inout JSONWriter) -> String)
        -> Reply
    {
        var last: String?
        var writer = JSONWriter(capacity: 4096)
        Self.begin(&writer)
        for item in items.prefix(size) { last = write(item, &writer) }
        return end(&writer, goingOnAt: hasMore ?? (items.count > size) ? last : nil)
    }

    /// The page of a list that keeps its own place: a search may end a page early, and go on behind its last item.
    ///
    /// - Parameters:
    ///   - items: The page's items.
    ///   - place: From where the next page goes on; nil when this is the last.
    func reply<Item>(
        _ items: some Sequence<Item>,
        goingOnAt place: String?,
        _ write: (Item, inout JSONWriter) -> Void
    ) -> Reply {
        var writer = JSONWriter(capacity: 4096)
        Self.begin(&writer)
        for item in items { write(item, &writer) }
        return end(&writer, goingOnAt: place)
    }

    private static func begin(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
    }

    private func end(_ writer: inout JSONWriter, goingOnAt place: String?) -> Reply {
        writer.endArray()
        let next = place.map { token(to: $0) }
        if let next {
            writer.key("next_page_token")
            writer.string(next)
        }
        writer.endObject()
        return linked(Reply.json(writer), to: next)
    }

    /// The token for the page that goes on after `place`.
    func token(to place: String) -> String { PageToken(place, in: call.path).description }

    /// The reply with a link to the next page, where there is one.
    func linked(_ reply: Reply, to next: String?) -> Reply {
        var reply = reply
        if let next { reply.headers.append(("Link", link(to: next))) }
        return reply
    }

    /// The items of a list that is never long enough for a second page.
    static func whole<Item>(_ items: some Sequence<Item>, _ write: (Item, inout JSONWriter) -> Void) -> JSONWriter {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for item in items { write(item, &writer) }
        writer.endArray()
        writer.endObject()
        return writer
    }

    /// `</v1/things?page_size=2&page_token=...>; rel="next"` (RFC 8288): the same request for the next page.
    private func link(to token: String) -> String {
        let others = (call.query ?? "").split(separator: "&").filter { !$0.utf8.starts(with: "page_token=".utf8) }
        let target = "\(call.path)?\((others + ["page_token=\(token)"]).joined(separator: "&"))"
        // What would end the target early was sent by the asker itself; it is told back in its other spelling.
        let safe = target.replacing("<", with: "%3C").replacing(">", with: "%3E").replacing("\"", with: "%22")
        return "<\(safe)>; rel=\"next\""
    }
}

/// A place in a list, in a form that nobody has a reason to read: it may change with any release.
struct PageToken: CustomStringConvertible {
    private let text: String

    /// The place `place` of the list at `path`.
    init(_ place: String, in path: String) { text = "\(Self.mark(path)).\(place)" }

    init?(_ token: String) {
        let bytes = Array(token.utf8)
        guard (2...4096).contains(bytes.count), bytes.count.isMultiple(of: 2) else { return nil }
        var decoded: [UInt8] = []
        for index in stride(from: 0, to: bytes.count, by: 2) {
            guard let high = Self.digits.firstIndex(of: bytes[index]),
                let low = Self.digits.firstIndex(of: bytes[index + 1])
            else { return nil }
            decoded.append(UInt8(high << 4 | low))
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { return nil }
        self.text = text
    }

    /// The place, if it is one of the list at `path`.
    func place(in path: String) -> String? {
        let mark = "\(Self.mark(path))."
        guard text.utf8.starts(with: mark.utf8) else { return nil }
        return String(text.dropFirst(mark.count))
    }

    var description: String {
        String(decoding: text.utf8.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// Tells the tokens of one list from those of another.
    private static func mark(_ path: String) -> String { String(Fingerprint(of: path).description.prefix(8)) }
}
