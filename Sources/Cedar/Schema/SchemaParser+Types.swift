// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaParser {
    // A set or a record that has been opened; the records themselves are in a list of their own, where they are
    // changed in place. Taken out and put back, one of many attributes would be copied for each of them.
    private enum Open {
        case set, record
    }

    // The attributes read so far, and the beginning of the one whose type comes next.
    private struct OpenRecord {
        var attributes: [SchemaFragment.Attribute] = []
        var indexes: [Text: Int] = [:]
        var name: Text = ""
        var isRequired = true
        var annotations: [Annotation] = []

        // Of several attributes of one name the last one counts, as in the reference implementation.
        mutating func close(_ type: SchemaFragment.TypeExpression) {
            let attribute = SchemaFragment.Attribute(
                name: name,
                type: type,
                isRequired: isRequired,
                annotations: annotations
            )
            if let index = indexes[name] {
                attributes[index] = attribute
            } else {
                indexes[name] = attributes.count
                attributes.append(attribute)
            }
        }
    }

    /// A type: a name, `Set<T>` or a record.
    mutating func type() throws(SchemaError) -> SchemaFragment.TypeExpression {
        var open: [Open] = []
        var records: [OpenRecord] = []
        while true {
            guard var type = try openType(&open, &records) else { continue }
            // What is complete may complete what it stands in.
            completing: while true {
                guard let innermost = open.popLast() else { return type }
                guard innermost == .record else {
                    try take(.greater)
                    type = .set(type)
                    continue
                }
                records[records.count - 1].close(type)
                if try endsRecord() {
                    type = .record(records.removeLast().attributes)
                } else {
                    try attribute(&records[records.count - 1])
                    open.append(.record)
                    break completing
                }
            }
        }
    }

    // The beginning of a type: all of it, or nil when it is a set or a record that has been opened.
    private mutating func openType(
        _ open: inout [Open],
        _ records: inout [OpenRecord]
    ) throws(SchemaError) -> SchemaFragment.TypeExpression? {
        size += 1
        guard open.count < limits.maximumNesting else {
            throw failure(.nesting, "types are nested deeper than \(limits.maximumNesting) levels")
        }
        if try takes(.leftBrace) {
            if try takes(.rightBrace) { return .record([]) }
            records.append(OpenRecord())
            try attribute(&records[records.count - 1])
            open.append(.record)
            return nil
        }
        let place = place(at: token.start)
        let first = try identifier("a type")
        // `Set` alone is a name like any other.
        if first == "Set", try takes(.less) {
            open.append(.set)
            return nil
        }
        return .name(try path(from: first, "a type", at: place))
    }

    // `@annotation name?:`
    private mutating func attribute(_ record: inout OpenRecord) throws(SchemaError) {
        record.annotations = try annotations()
        record.name = try name("the name of an attribute").text
        record.isRequired = !(try takes(.question))
        try take(.colon, or: record.isRequired ? "'?' or ':'" : "':'")
    }

    // Behind an attribute: a comma may stand before the brace.
    private mutating func endsRecord() throws(SchemaError) -> Bool {
        if try takes(.comma) { return try takes(.rightBrace) }
        try take(.rightBrace, or: "',' or '}'")
        return true
    }
}
