// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import CryptoExtras
import StrictJSON

extension JWKReader {
    private static let foreign = ["crv", "x", "y", "k"]
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth"]

    /// An RSA key (RFC 7518 section 6.3) of 2048 to 8192 bits.
    func rsa(
        _ rule: VerificationKey.PrivateMembers
    ) throws(JOSEError) -> (VerificationKey.Material, SignatureAlgorithms) {
        try refuseMembers(Self.foreign)
        let withPrivate = try hasPrivate(Self.privateMembers, rule)
        let modulus = try integer("n")
        let exponent = try integer("e")
        try RSAParameters.check(modulus: modulus, exponent: exponent)
        guard let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else {
            throw JOSEError(.keyMalformed, "'n' and 'e' of the JWK are no RSA key")
        }
        if withPrivate { try checkPrivate(modulus, exponent) }
        return (.rsa(key, modulus: modulus, exponent: exponent), .rsa)
    }

    private func checkPrivate(_ modulus: [UInt8], _ exponent: [UInt8]) throws(JOSEError) {
        guard object["oth"] == nil else {
            throw JOSEError(.keyUnsupported, "RSA keys of more than two primes are not supported")
        }
        let half = try integer("d")
        let first = try integer("p")
        let second = try integer("q")
        // The library checks that the numbers make one key: p * q = n and d inverts e.
        guard (try? _RSA.Signing.PrivateKey(n: modulus, e: exponent, d: half, p: first, q: second)) != nil else {
            throw JOSEError(.keyPrivate, "the private half of the JWK does not belong to its public half")
        }
    }
}
