// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One server-sent event.
struct StreamEvent: Equatable {
    /// The last id given, which an event may leave as it was.
    var id: String
    /// The event's name; `message` when it has none.
    var name: String
    /// Its data, lines joined.
    var data: String
}

/// Reads server-sent events from bytes as they come (HTML section 9.2.6).
struct EventParser {
    /// The longest line, and the longest data of one event.
    static let limit = 4 << 20

    private var line: [UInt8] = []
    private var id = ""
    private var name = ""
    private var data: [String] = []
    private var bytes = 0
    private var endsWithReturn = false

    /// Takes bytes and gives the events that they complete; nil when a line or an event is longer than any of ours.
    mutating func take(_ more: some Sequence<UInt8>) -> [StreamEvent]? {
        var events: [StreamEvent] = []
        for byte in more {
            defer { endsWithReturn = byte == 0x0D }
            if byte == 0x0A || byte == 0x0D {
                // CR LF ends one line, not two.
                if byte == 0x0A, endsWithReturn { continue }
                if let event = end() { events.append(event) }
            } else {
                line.append(byte)
                guard line.count <= Self.limit, bytes <= Self.limit else { return nil }
            }
        }
        return events
    }

    private mutating func end() -> StreamEvent? {
        defer { line = [] }
        guard !line.isEmpty else {
            defer {
                name = ""
                data = []
                bytes = 0
            }
            guard !data.isEmpty else { return nil }
            return StreamEvent(id: id, name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
        }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(field.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch String(decoding: field, as: UTF8.self) {
        case "id": if !value.contains(0) { id = text }
        case "event": name = text
        case "data":
            data.append(text)
            bytes += value.count
        default: break
        }
        return nil
    }
}
