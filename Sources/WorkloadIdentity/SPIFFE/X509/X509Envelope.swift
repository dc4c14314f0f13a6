// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1

/// The parts of a certificate that are needed as they are encoded (RFC 5280 section 4.1).
struct X509Envelope {
    let issuer: [UInt8]
    let subject: [UInt8]
    /// The first and the last second of the validity, since 1970.
    let notBefore: Int64
    let notAfter: Int64
    let keyAlgorithm: ASN1ObjectIdentifier

    /// Reads them, and refuses a certificate that names another signature algorithm inside of what is signed than
    /// outside (section 4.1.1.2): the outer one is anybody's to change.
    init(der: [UInt8]) throws {
        let parts = try DER.sequence(DER.parse(der), identifier: .sequence) { nodes in
            try [Self.next(&nodes), Self.next(&nodes), Self.next(&nodes)]
        }
        let outerAlgorithm = parts[1].encodedBytes
        self = try DER.sequence(parts[0], identifier: .sequence) { nodes in
            var serial = try Self.next(&nodes)
            // The version comes first unless it is the default one.
            if serial.identifier.tagClass == .contextSpecific { serial = try Self.next(&nodes) }
            let algorithm = try Self.next(&nodes)
            guard algorithm.encodedBytes.elementsEqual(outerAlgorithm) else {
                throw ASN1Error.invalidASN1Object(reason: "two signature algorithms")
            }
            let issuer = try Self.next(&nodes)
            let (notBefore, notAfter) = try DER.sequence(Self.next(&nodes), identifier: .sequence) { times in
                (try Self.seconds(Self.next(&times)), try Self.seconds(Self.next(&times)))
            }
            let subject = try Self.next(&nodes)
            let keyAlgorithm = try Self.keyAlgorithm(Self.next(&nodes))
            while nodes.next() != nil {}
            return X509Envelope(
                issuer: Array(issuer.encodedBytes),
                subject: Array(subject.encodedBytes),
                notBefore: notBefore,
                notAfter: notAfter,
                keyAlgorithm: keyAlgorithm
            )
        }
    }

    private init(
        issuer: [UInt8],
        subject: [UInt8],
        notBefore: Int64,
        notAfter: Int64,
        keyAlgorithm: ASN1ObjectIdentifier
    ) {
        self.issuer = issuer
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.keyAlgorithm = keyAlgorithm
    }

    private static func next(_ nodes: inout ASN1NodeCollection.Iterator) throws -> ASN1Node {
        guard let node = nodes.next() else { throw ASN1Error.invalidASN1Object(reason: "a part is missing") }
        return node
    }

    private static func keyAlgorithm(_ key: ASN1Node) throws -> ASN1ObjectIdentifier {
        try DER.sequence(key, identifier: .sequence) { parts in
            let algorithm = try DER.sequence(next(&parts), identifier: .sequence) { parts in
                let identifier = try ASN1ObjectIdentifier(derEncoded: &parts)
                while parts.next() != nil {}
                return identifier
            }
            while parts.next() != nil {}
            return algorithm
        }
    }

    /// The moment of a `Time`, UTCTime until 2049 and GeneralizedTime from then on (section 4.1.2.5).
    private static func seconds(_ node: ASN1Node) throws -> Int64 {
        if node.identifier == UTCTime.defaultIdentifier {
            let time = try UTCTime(derEncoded: node)
            return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        let time = try GeneralizedTime(derEncoded: node)
        guard time.rawFractionalSeconds.isEmpty else {
            throw ASN1Error.invalidASN1Object(reason: "a fraction of a second")
        }
        return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }

    /// Days of the proleptic Gregorian calendar, counted in years that begin in March, so that a leap day is the last
    /// of its year. The parts were range-checked by their parser; a year has four digits.
    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int)
        -> Int64
    {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
    }
}
