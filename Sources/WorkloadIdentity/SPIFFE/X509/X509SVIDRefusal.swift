// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a chain of certificates proves no SPIFFE ID.
public struct X509SVIDRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// No certificate was presented.
        public static let chainEmpty = Code(description: "chain_empty")
        /// Too many certificates, or one with too many bytes, names or constraints.
        public static let size = Code(description: "size")
        /// Not the DER encoding of an X.509 version 3 certificate, or an extension that cannot be read.
        public static let certificate = Code(description: "certificate")
        /// A key of an unsupported kind or too weak to trust.
        public static let key = Code(description: "key")
        /// A signature algorithm that is unsupported, or broken (MD5, SHA-1).
        public static let signatureAlgorithm = Code(description: "signature_algorithm")
        /// A critical extension that is not understood.
        public static let criticalExtension = Code(description: "critical_extension")
        /// No URI among the leaf's names.
        public static let nameMissing = Code(description: "uri_missing")
        /// More than one URI among the names of an SVID.
        public static let nameAmbiguous = Code(description: "uri_ambiguous")
        /// The URI is no SPIFFE ID.
        public static let spiffeID = Code(description: "spiffe_id")
        /// The leaf's SPIFFE ID is that of the trust domain.
        public static let pathMissing = Code(description: "spiffe_id_without_path")
        /// No subject, and names that a verifier could ignore.
        public static let nameNotCritical = Code(description: "names_not_critical")
        /// The leaf may sign certificates.
        public static let leafIsAuthority = Code(description: "leaf_is_ca")
        /// Key usage is missing, not critical, or not what the certificate is for.
        public static let keyUsage = Code(description: "key_usage")
        /// Extended key usage is there and lacks server or client authentication.
        public static let extendedKeyUsage = Code(description: "extended_key_usage")
        /// There is no bundle of the id's trust domain, or it has no X.509 authority.
        public static let trustDomainUnknown = Code(description: "trust_domain_unknown")
        /// No chain leads to an authority of the trust domain.
        public static let issuerUnknown = Code(description: "issuer_unknown")
        /// A certificate is not signed by the one that its issuer's name fits.
        public static let signature = Code(description: "signature")
        /// A certificate is not valid yet.
        public static let notYetValid = Code(description: "not_yet_valid")
        /// A certificate has expired.
        public static let expired = Code(description: "expired")
        /// An issuer that is no certificate authority.
        public static let issuerNotAuthority = Code(description: "issuer_not_ca")
        /// A signing certificate with a SPIFFE ID that it must not have.
        public static let issuerSPIFFEID = Code(description: "issuer_spiffe_id")
        /// More signing certificates in a row than one of them allows.
        public static let pathLength = Code(description: "path_length")
        /// A name outside of what a signing certificate may give.
        public static let nameConstraints = Code(description: "name_constraints")
    }

    /// The kind of refusal.
    public let code: Code
    /// A sentence for people; it quotes nothing of the certificates.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
