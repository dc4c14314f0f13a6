// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TileAddress {
    /// Long enough for the highest level, seven groups of digits and a partial width.
    private static let maximumPathLength = 64

    /// The path below the log's prefix, such as `tile/0/x001/x234/067.p/5` or `tile/entries/000`.
    public var path: String {
        var path: String
        switch kind {
        case .hashes(let level): path = "tile/\(level)/"
        case .entries: path = "tile/entries/"
        }
        var groups = [Self.threeDigits(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            groups.append("x" + Self.threeDigits(rest % 1000))
            rest /= 1000
        }
        path += groups.reversed().joined(separator: "/")
        return isPartial ? path + ".p/\(width)" : path
    }

    private static func threeDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// Reads a path below the log's prefix. Throws `.tile` for anything that ``path`` would not write.
    public init(path: String) throws(TransparencyLogError) {
        guard path.utf8.count <= Self.maximumPathLength else { throw Self.malformed("the path is too long") }
        var parts = Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
        guard parts.popFirst().map({ $0.elementsEqual("tile".utf8) }) == true, let what = parts.popFirst() else {
            throw Self.malformed("the path does not begin with tile/ and a level")
        }
        let kind: Kind
        if what.elementsEqual("entries".utf8) {
            kind = .entries
        } else {
            guard let level = Decimal.parse(what), level <= UInt64(Self.maximumLevel) else {
                throw Self.malformed("the level is not a number from 0 to 63")
            }
            kind = .hashes(level: Int(level))
        }
        let width = try Self.takeWidth(from: &parts)
        self.init(kind: kind, index: try Self.index(of: parts), width: width)
    }

    /// Splits `067.p`, `5` off the end into `067` and the width 5; a path without the suffix names a full tile.
    private static func takeWidth(from parts: inout ArraySlice<ArraySlice<UInt8>>) throws(TransparencyLogError) -> Int {
        guard parts.count >= 2, parts[parts.endIndex - 2].suffix(2).elementsEqual(".p".utf8) else { return fullWidth }
        guard let width = Decimal.parse(parts.removeLast()), width >= 1, width < UInt64(fullWidth) else {
            throw malformed("a partial width is a number from 1 to 255")
        }
        parts[parts.endIndex - 1].removeLast(2)
        return Int(width)
    }

    private static func index(of groups: ArraySlice<ArraySlice<UInt8>>) throws(TransparencyLogError) -> UInt64 {
        guard !groups.isEmpty else { throw malformed("the path has no tile index") }
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            var digits = group
            let isLast = position == groups.count - 1
            if !isLast, digits.popFirst() != UInt8(ascii: "x") {
                throw malformed("every group of digits but the last begins with x")
            }
            guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                throw malformed("a group is not three digits")
            }
            let value = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
            // A leading x000 would be a second spelling of a shorter path.
            guard isLast || position > 0 || value > 0 else { throw malformed("the index has a leading zero group") }
            let (thousands, overflow) = index.multipliedReportingOverflow(by: 1000)
            let (sum, carry) = thousands.addingReportingOverflow(value)
            guard !overflow && !carry else { throw malformed("the index exceeds 64 bits") }
            index = sum
        }
        return index
    }

    private static func malformed(_ message: String) -> TransparencyLogError {
        TransparencyLogError(.tile, message)
    }
}
