// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The parameters of an OAuth request in a form body (RFC 6749 appendix B), each name once.
///
/// Strict where the form encoding of browsers is lenient: an escape that is none, bytes that are no UTF-8 and a
/// parameter that stands twice are refused, because a proxy and a server that mend them differently see two requests.
/// A parameter without a value counts as absent (RFC 6749 section 3.2).
public struct FormParameters: Sendable {
    /// What a body may cost.
    public struct Limits: Sendable {
        /// The most bytes of the body.
        public var maximumBytes: Int
        /// The most parameters.
        public var maximumParameters: Int

        /// Limits of the given sizes.
        public init(maximumBytes: Int = 64 << 10, maximumParameters: Int = 64) {
            self.maximumBytes = maximumBytes
            self.maximumParameters = maximumParameters
        }

        /// 64 KiB and 64 parameters.
        public static let standard = Limits()
    }

    /// The longest name, in bytes.
    public static let maximumNameBytes = 64
    /// The parameters that may stand more than once in a token request: RFC 8707 section 2, RFC 8693 section 2.1.
    public static let repeatable = ["resource", "audience"]

    private var parameters: [(name: String, value: String)] = []

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: The bytes, already whole.
    ///   - repeatable: The parameters that may stand more than once.
    ///   - limits: What it may cost.
    /// - Throws: ``InvalidRequest``.
    public init(
        _ body: [UInt8],
        repeatable: [String] = FormParameters.repeatable,
        limits: Limits = .standard
    ) throws(InvalidRequest) {
        guard body.count <= limits.maximumBytes else {
            throw InvalidRequest(.size, "the body has more than \(limits.maximumBytes) bytes")
        }
        if body.isEmpty { return }
        var seen: Set<String> = []
        for pair in body.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            guard seen.count < limits.maximumParameters, parameters.count < limits.maximumParameters else {
                throw InvalidRequest(.size, "the body has more than \(limits.maximumParameters) parameters")
            }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try Self.name(pair[..<equals])
            let value = try Self.text(pair[equals...].dropFirst())
            // Names are ASCII, so that equal strings have equal bytes.
            let isFirst = seen.insert(name).inserted
            guard isFirst || repeatable.contains(where: { sameBytes($0, name) }) else {
                throw InvalidRequest(.duplicate, "a parameter is there more than once", at: pair.startIndex)
            }
            if !value.isEmpty { parameters.append((name, value)) }
        }
    }

    /// The value of a parameter that stands once, nil when absent or empty; of a repeatable one the first.
    public subscript(name: String) -> String? { parameters.first { sameBytes($0.name, name) }?.value }

    /// Every value of a parameter, in order.
    public func values(of name: String) -> [String] {
        parameters.filter { sameBytes($0.name, name) }.map(\.value)
    }

    /// The value of a parameter that must be there.
    ///
    /// - Throws: ``InvalidRequest`` with `missing`, which names it.
    public func required(_ name: String) throws(InvalidRequest) -> String {
        guard let value = self[name] else { throw InvalidRequest(.missing, "the parameter '\(name)' is required") }
        return value
    }

    /// The names that are there with a value, each once, in order.
    public var names: [String] {
        var seen: Set<String> = []
        return parameters.map(\.name).filter { seen.insert($0).inserted }
    }

    /// Throws unless a `Content-Type` is `application/x-www-form-urlencoded`, its charset UTF-8 if it has one.
    public static func checkContentType(_ value: String?) throws(InvalidRequest) {
        let parts = (value ?? "").lowercased().split(separator: ";", omittingEmptySubsequences: false).map {
            $0.filter { $0 != " " && $0 != "\t" }
        }
        let isForm = parts.first.map { sameBytes($0, "application/x-www-form-urlencoded") } ?? false
        let charsets = ["charset=utf-8", "charset=\"utf-8\""]
        guard isForm, parts.count <= 2,
            parts.dropFirst().allSatisfy({ part in charsets.contains { sameBytes($0, part) } })
        else { throw InvalidRequest(.mediaType, "the body is application/x-www-form-urlencoded in UTF-8") }
    }

    /// `param-name` of RFC 6749 section 8.2.
    private static func name(_ part: ArraySlice<UInt8>) throws(InvalidRequest) -> String {
        let name = try text(part)
        guard (1...maximumNameBytes).contains(name.utf8.count),
            name.utf8.allSatisfy({
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            })
        else {
            throw InvalidRequest(
                .name,
                "the name of a parameter is 1 to \(maximumNameBytes) letters, digits, '-', '.' and '_'",
                at: part.startIndex
            )
        }
        return name
    }

    private static func text(_ part: ArraySlice<UInt8>) throws(InvalidRequest) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(part.count)
        var index = part.startIndex
        while index < part.endIndex {
            let byte = part[index]
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < part.endIndex, let high = hexValue(part[index + 1]),
                    let low = hexValue(part[index + 2])
                else { throw InvalidRequest(.encoding, "an escape is '%' and two hexadecimal digits", at: index) }
                bytes.append(high << 4 | low)
                index += 2
            case 0x21...0x7E: bytes.append(byte)
            default: throw InvalidRequest(.encoding, "the body has a character that must be escaped", at: index)
            }
            index += 1
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InvalidRequest(.text, "a parameter is no UTF-8", at: part.startIndex)
        }
        // Line breaks and tabs stand in JSON that a person laid out; nothing else below a space has a use here.
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else {
            throw InvalidRequest(.text, "a parameter has a control character", at: part.startIndex)
        }
        return text
    }
}
