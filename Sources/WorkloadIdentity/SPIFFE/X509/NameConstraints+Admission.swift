// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1
internal import X509

extension NameConstraints {
    /// Whether every name of `certificate` lies within the constraints (RFC 5280 section 4.2.1.10).
    ///
    /// A constraint on a form of names that is not understood here refuses every name of that form, as the section
    /// demands of critical constraints; it is done for the others, too.
    func admit(_ certificate: X509Certificate) -> Bool {
        for name in Self.constrainedNames(of: certificate) {
            var isConstrained = false
            var isPermitted = false
            for subtree in permittedSubtrees where Self.haveSameForm(name, subtree) {
                isConstrained = true
                if Self.matches(name, subtree) == true { isPermitted = true }
            }
            if isConstrained && !isPermitted { return false }
            for subtree in excludedSubtrees where Self.haveSameForm(name, subtree) {
                // Nil: it cannot be told.
                if Self.matches(name, subtree) != false { return false }
            }
        }
        return true
    }

    /// The alternative names, the subject, and the mail addresses that old certificates have there.
    private static func constrainedNames(of certificate: X509Certificate) -> [GeneralName] {
        var names = certificate.names
        let subject = certificate.certificate.subject
        if !subject.isEmpty { names.append(.directoryName(subject)) }
        for part in subject {
            for attribute in part where attribute.type == .RDNAttributeType.emailAddress {
                names.append(.rfc822Name(""))
            }
        }
        return names
    }

    private static func haveSameForm(_ name: GeneralName, _ subtree: GeneralName) -> Bool {
        switch (name, subtree) {
        case (.otherName, .otherName), (.rfc822Name, .rfc822Name), (.dnsName, .dnsName), (.x400Address, .x400Address),
            (.directoryName, .directoryName), (.ediPartyName, .ediPartyName),
            (.uniformResourceIdentifier, .uniformResourceIdentifier), (.ipAddress, .ipAddress),
            (.registeredID, .registeredID):
            true
        default: false
        }
    }

    /// Whether `name` lies in `subtree`, nil when that cannot be told.
    private static func matches(_ name: GeneralName, _ subtree: GeneralName) -> Bool? {
        switch (name, subtree) {
        case (.uniformResourceIdentifier(let uri), .uniformResourceIdentifier(let constraint)):
            host(of: uri).flatMap { uriHost($0, isIn: lowercased(constraint)) }
        case (.dnsName(let name), .dnsName(let constraint)):
            dnsName(lowercased(name), isIn: lowercased(constraint))
        case (.ipAddress(let address), .ipAddress(let range)): ipAddress(address.bytes, isIn: range.bytes)
        case (.directoryName(let name), .directoryName(let constraint)): name.starts(with: constraint)
        default: nil
        }
    }

    private static func lowercased(_ text: String) -> [UInt8] {
        text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// The host of a URI in lower case; nil when there is none or it is an address, for which the section forbids to
    /// match.
    private static func host(of uri: String) -> [UInt8]? {
        let bytes = lowercased(uri)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let rest = bytes[(colon + 3)...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let user = authority.lastIndex(of: UInt8(ascii: "@"))
        let host = authority[(user.map { $0 + 1 } ?? authority.startIndex)...].prefix { $0 != UInt8(ascii: ":") }
        // An IPv6 address stands in brackets; of names, none ends in a label of digits alone.
        guard let last = host.last, last != UInt8(ascii: "]"), host.first != UInt8(ascii: "[") else { return nil }
        let label = host.split(separator: UInt8(ascii: ".")).last ?? []
        guard !label.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Array(host)
    }

    /// A constraint that begins with a dot means every host below, one that does not means the host.
    private static func uriHost(_ host: [UInt8], isIn constraint: [UInt8]) -> Bool? {
        guard let first = constraint.first else { return nil }
        guard first == UInt8(ascii: ".") else { return host == constraint }
        return host.count > constraint.count && host.suffix(constraint.count).elementsEqual(constraint)
    }

    /// Any name made by adding labels on the left is in the subtree; the empty one holds all.
    private static func dnsName(_ name: [UInt8], isIn constraint: [UInt8]) -> Bool? {
        if constraint.isEmpty || name == constraint { return true }
        let suffix = constraint.first == UInt8(ascii: ".") ? constraint : [UInt8(ascii: ".")] + constraint
        if name.count > suffix.count, name.suffix(suffix.count).elementsEqual(suffix) { return true }
        // A wildcard may cover the subtree without being in it.
        return name.contains(UInt8(ascii: "*")) ? nil : false
    }

    /// A range is an address and a mask of the same length.
    private static func ipAddress(_ address: ArraySlice<UInt8>, isIn range: ArraySlice<UInt8>) -> Bool? {
        guard address.count == 4 || address.count == 16, range.count == 8 || range.count == 32 else { return nil }
        guard range.count == 2 * address.count else { return false }
        let (base, mask) = (range.prefix(address.count), range.suffix(address.count))
        return zip(zip(address, base), mask).allSatisfy { pair, mask in pair.0 & mask == pair.1 & mask }
    }
}
