// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a public RSA key must be before anything is verified with it.
enum RSAParameters {
    static let modulusBits = 2048...8192

    /// Throws when the modulus or the exponent is out of bounds, or the modulus visibly is no product of two large
    /// primes. Both are big-endian without leading zeros.
    static func check(modulus: [UInt8], exponent: [UInt8]) throws(JOSEError) {
        guard let first = modulus.first, let last = modulus.last else {
            throw JOSEError(.keyMalformed, "'n' of the JWK is empty")
        }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard modulusBits.contains(bits) else {
            throw JOSEError(
                .keyWeak,
                "an RSA key has \(modulusBits.lowerBound) to \(modulusBits.upperBound) bits, not \(bits)"
            )
        }
        guard last & 1 == 1 else { throw JOSEError(.keyMalformed, "'n' of the JWK is even") }
        guard exponent.count <= 4 else { throw JOSEError(.keyWeak, "'e' of the JWK has more than 32 bits") }
        let value = exponent.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard value >= 3, value & 1 == 1 else { throw JOSEError(.keyWeak, "'e' of the JWK is not odd and at least 3") }
        try checkStructure(modulus)
    }

    /// The odd primes up to 167.
    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
        109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    /// For each prime, the residues that powers of 65537 reach.
    private static let reachable: [Set<UInt32>] = primes.map { prime in
        var residues: Set<UInt32> = []
        var power: UInt32 = 1
        while residues.insert(power).inserted { power = power * (65537 % prime) % prime }
        return residues
    }

    /// Refuses moduli with a small factor, which have been tampered with, and those of the generator of
    /// CVE-2017-15361 (ROCA): its primes are powers of 65537 modulo a product of small primes, hence so is `n`, and
    /// a sound modulus is so for all of these primes once in about 2^50 keys.
    private static func checkStructure(_ modulus: [UInt8]) throws(JOSEError) {
        var fingerprint = true
        for (prime, residues) in zip(primes, reachable) {
            let residue = modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime }
            guard residue != 0 else { throw JOSEError(.keyMalformed, "'n' of the JWK has a small factor") }
            if !residues.contains(residue) { fingerprint = false }
        }
        guard !fingerprint else {
            throw JOSEError(.keyWeak, "the RSA key comes from a broken generator (CVE-2017-15361)")
        }
    }
}
