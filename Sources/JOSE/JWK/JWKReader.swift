// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The members of one JWK, each read with the strictness of RFC 7517 section 4 and RFC 7518 section 6.
struct JWKReader {
    let object: JSONObject

    init(_ value: JSONValue) throws(JOSEError) {
        guard case .object(let object) = value else { throw JOSEError(.keyMalformed, "a JWK is a JSON object") }
        self.object = object
    }

    /// The string member `name`, nil when absent. A member that is null is there, and of the wrong type.
    func optionalString(_ name: String) throws(JOSEError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue else {
            throw JOSEError(.keyMalformed, "'\(name)' of a JWK is a string, not \(value.kindName)")
        }
        return text
    }

    /// The string member `name`.
    func string(_ name: String) throws(JOSEError) -> String {
        guard let text = try optionalString(name) else {
            throw JOSEError(.keyMalformed, "a JWK of this kind needs '\(name)'")
        }
        return text
    }

    /// The bytes of the base64url member `name`.
    func bytes(_ name: String) throws(JOSEError) -> [UInt8] {
        guard let bytes = Base64URL.decode(try string(name)) else {
            throw JOSEError(.keyMalformed, "'\(name)' of the JWK is not canonical base64url")
        }
        return bytes
    }

    /// The bytes of `name`, which must be exactly as long as a coordinate of the curve (RFC 7518 section 6.2.1.2).
    func bytes(_ name: String, count: Int) throws(JOSEError) -> [UInt8] {
        let bytes = try bytes(name)
        guard bytes.count == count else {
            throw JOSEError(.keyMalformed, "'\(name)' of the JWK has \(bytes.count) bytes where the curve has \(count)")
        }
        return bytes
    }

    /// The bytes of the unsigned integer `name`, which has no leading zero (RFC 7518 section 2, Base64urlUInt).
    func integer(_ name: String) throws(JOSEError) -> [UInt8] {
        let bytes = try bytes(name)
        guard let first = bytes.first, first != 0 else {
            throw JOSEError(.keyMalformed, "'\(name)' of the JWK is not a positive integer without leading zeros")
        }
        return bytes
    }

    /// The `kid`, nil when absent.
    func keyID() throws(JOSEError) -> String? {
        guard let id = try optionalString("kid") else { return nil }
        guard !id.isEmpty, id.utf8.count <= JWSHeader.maximumKeyIDBytes else {
            throw JOSEError(.keyMalformed, "'kid' has 1 to \(JWSHeader.maximumKeyIDBytes) bytes")
        }
        return id
    }

    /// Refuses a key that says it is for something else (RFC 7517 sections 4.2 and 4.3).
    func checkUse() throws(JOSEError) {
        if let use = try optionalString("use"), !sameBytes(use, "sig") {
            throw JOSEError(.keyUse, "'use' of the JWK is not 'sig'")
        }
        guard let operations = object["key_ops"] else { return }
        guard let list = operations.arrayValue else { throw JOSEError(.keyMalformed, "'key_ops' is an array") }
        var verifies = false
        var signs = false
        for operation in list {
            switch operation.stringValue {
            case "verify"? where !verifies: verifies = true
            case "sign"? where !signs: signs = true
            // RFC 7517 section 4.3 forbids duplicates and warns of unrelated operations on one key.
            default: throw JOSEError(.keyUse, "'key_ops' of the JWK holds more than 'sign' and 'verify'")
            }
        }
        guard verifies else { throw JOSEError(.keyUse, "'key_ops' of the JWK has no 'verify'") }
    }

    /// Refuses members that only a key of another type has: a key must not be two things at once.
    func refuseMembers(_ names: [String]) throws(JOSEError) {
        for name in names where object[name] != nil {
            throw JOSEError(.keyMalformed, "the JWK has the member '\(name)' of another key type")
        }
    }

    /// Whether any of the private members `names` is present; throws when they are not wanted.
    func hasPrivate(
        _ names: [String],
        _ rule: VerificationKey.PrivateMembers
    ) throws(JOSEError) -> Bool {
        guard names.contains(where: { object[$0] != nil }) else { return false }
        switch rule {
        case .refused: throw JOSEError(.keyPrivate, "the JWK holds a private key")
        case .checked: return true
        }
    }

    /// The algorithms that `alg` leaves of the `natural` ones of the key.
    func algorithms(
        of material: VerificationKey.Material,
        among natural: SignatureAlgorithms
    ) throws(JOSEError) -> SignatureAlgorithms {
        guard let name = try optionalString("alg") else { return natural }
        if case .p521 = material, sameBytes(name, "ES521") {
            // A misprint of ES512 that real key sets carry. On a P-521 key it can mean nothing else.
            return .es512
        }
        guard let algorithm = SignatureAlgorithm(name: name) else {
            throw JOSEError(.keyUse, "'alg' of the JWK is no supported signature algorithm")
        }
        guard natural.contains(algorithm) else {
            throw JOSEError(.keyMalformed, "'alg' of the JWK does not belong to its key type and curve")
        }
        return SignatureAlgorithms(algorithm)
    }
}
