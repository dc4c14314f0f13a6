// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel

extension Credential {
    /// The key that verifies what its holder signs, named by its thumbprint; nil unless it is one.
    var verificationKey: VerificationKey? {
        guard var jwk, let thumbprint else { return nil }
        jwk["kid"] = .string(thumbprint)
        guard let key = try? VerificationKey(jwk: .object(jwk)),
            key.thumbprint.elementsEqual(fingerprint.bytes)
        else { return nil }
        return key
    }
}

extension VerificationKey {
    /// The algorithms of operators' keys: those whose signatures are small and whose keys have one size.
    static let operatorAlgorithms: SignatureAlgorithms = [.es256, .edDSA]
}
