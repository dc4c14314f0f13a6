// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Which part of a list is asked for: `page_size` (1 to 1000) and `page_token` (what the page before gave).
struct PageRequest {
    let size: Int
    let after: String?

    init(_ call: HTTPCall) throws(Problem) {
        if let text = try call.queryValue("page_size") {
            guard let size = Int(text), (1...1000).contains(size) else {
                throw Problem(.invalidRequest, "page_size is 1 to 1000")
            }
            self.size = size
        } else {
            size = 100
        }
        after = try call.queryValue("page_token")
    }

    static let badToken = Problem(.invalidRequest, "page_token is not one that a page before gave")

    /// Writes a page; `write` writes one item and gives its token.
    static func write<Item>(
        _ items: some Sequence<Item>,
        hasMore: Bool,
        _ write: (Item, inout JSONWriter) -> String
    ) -> JSONWriter {
        var writer = JSONWriter(capacity: 4096)
        var last: String?
        begin(&writer)
        for item in items { last = write(item, &writer) }
        end(&writer, next: hasMore ? last : nil)
        return writer
    }

    /// Writes a page of a list that keeps its own place; `write` writes one item.
    static func write<Item>(
        _ items: some Sequence<Item>,
        next: String?,
        _ write: (Item, inout JSONWriter) -> Void
    ) -> JSONWriter {
        var writer = JSONWriter(capacity: 4096)
        begin(&writer)
        for item in items { write(item, &writer) }
        end(&writer, next: next)
        return writer
    }

    private static func begin(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
    }

    private static func end(_ writer: inout JSONWriter, next: String?) {
        writer.endArray()
        if let next {
            writer.key("next_page_token")
            writer.string(next)
        }
        writer.endObject()
    }
}
