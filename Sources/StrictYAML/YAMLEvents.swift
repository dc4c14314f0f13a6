// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import CYaml

/// The events of a YAML text, one at a time, so that whoever takes them can stop at any: nothing is built here, and no
/// alias is followed.
@safe public struct YAMLEvents: ~Copyable {
    // The parser holds its own address and that of the text, so both stay where they are.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// The events of `text`, which is UTF-8.
    ///
    /// - Throws: ``YAMLFailure`` when there is no memory for it, or it has too many directives.
    public init(_ text: [UInt8]) throws(YAMLFailure) {
        try self.init(checked: Self.boundingDirectives(text))
    }

    private init(checked text: [UInt8]) throws(YAMLFailure) {
        unsafe input = UnsafeMutableBufferPointer.allocate(capacity: max(1, text.count))
        unsafe _ = input.initialize(fromContentsOf: text)
        unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLFailure(.size, 1, 1, "there is no memory to read the document")
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deinitialize(count: 1)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; the stream's beginning is passed over.
    ///
    /// - Throws: ``YAMLFailure`` where the text is no YAML.
    public mutating func next() throws(YAMLFailure) -> YAMLEvent {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { unsafe yaml_event_delete(&event) }
            if let read = unsafe Self.read(event) { return read }
        }
    }

    private static func read(_ event: yaml_event_t) -> YAMLEvent? {
        let step: YAMLEvent.Step
        var anchor: String?
        var tag: String?
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: step = .documentStart
        case YAML_DOCUMENT_END_EVENT: step = .documentEnd
        case YAML_STREAM_END_EVENT: step = .streamEnd
        case YAML_ALIAS_EVENT: step = unsafe .alias(string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            unsafe anchor = string(scalar.anchor)
            unsafe tag = string(scalar.tag)
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE && isUntyped(tag)
            step = unsafe .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain)
        case YAML_SEQUENCE_START_EVENT:
            unsafe anchor = string(event.data.sequence_start.anchor)
            unsafe tag = string(event.data.sequence_start.tag)
            step = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: step = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            unsafe anchor = string(event.data.mapping_start.anchor)
            unsafe tag = string(event.data.mapping_start.tag)
            step = .mappingStart
        case YAML_MAPPING_END_EVENT: step = .mappingEnd
        default: return nil
        }
        return unsafe YAMLEvent(
            step: step,
            anchor: anchor,
            tag: tag,
            line: Int(clamping: event.start_mark.line) + 1,
            column: Int(clamping: event.start_mark.column) + 1
        )
    }

    /// Whether a tag leaves the type to the text; `!!str` and `!` do not.
    private static func isUntyped(_ tag: String?) -> Bool { tag != "tag:yaml.org,2002:str" && tag != "!" }

    private static func string(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        guard let bytes = unsafe bytes else { return nil }
        return unsafe String(cString: bytes)
    }

    private func failure() -> YAMLFailure {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "this is no YAML"
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let offset = unsafe min(input.count, Int(clamping: parser.pointee.problem_offset))
            let line = unsafe input[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
            return YAMLFailure(.encoding, line, 1, problem)
        }
        let mark = unsafe parser.pointee.problem_mark
        let code: YAMLFailure.Kind = problem.contains("nesting") ? .depth : .syntax
        return YAMLFailure(code, Int(clamping: mark.line) + 1, Int(clamping: mark.column) + 1, problem)
    }

    /// The parser compares each tag directive with all before it, so a text of nothing else would cost it hours.
    private static func boundingDirectives(_ text: [UInt8]) throws(YAMLFailure) -> [UInt8] {
        var (directives, line) = (0, 1)
        var before = UInt8(ascii: "\n")
        for byte in text {
            if byte == UInt8(ascii: "%"), before == UInt8(ascii: "\n") { directives += 1 }
            if byte == UInt8(ascii: "\n") { line += 1 }
            before = byte
            guard directives <= 1024 else {
                throw YAMLFailure(.syntax, line, 1, "more than 1024 lines are directives")
            }
        }
        return text
    }
}
