// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import WorkloadIdentity

extension KeyFailure {
    /// Why a document of an issuer could not be fetched.
    ///
    /// - Parameters:
    ///   - failure: What the guarded client says.
    ///   - what: The document, as in "the key set of the issuer".
    init(_ failure: OutboundFailure, fetching what: String) {
        let code: String
        switch failure.code {
        case .refusedAddress: code = "issuer_refused_address"
        case .timeout: code = "issuer_timeout"
        case .tls: code = "issuer_tls"
        case .tooLarge, .malformed: code = "issuer_hostile"
        case .status: code = "issuer_status"
        case .busy: code = "issuer_busy"
        case .cancelled: code = "issuer_cancelled"
        default: code = "issuer_unreachable"
        }
        self.init(code: code, message: "\(what): \(failure.message)")
    }

    /// A discovery document that is not acceptable.
    init(_ error: WorkloadIdentityError) { self.init(code: "issuer_discovery", message: error.message) }

    /// A key set that is not acceptable.
    init(_ error: JOSEError) { self.init(code: "issuer_hostile", message: error.message) }

    static let busy = KeyFailure(code: "issuer_busy", message: "too many callers wait for the keys of issuers")
    static let cancelled = KeyFailure(code: "issuer_cancelled", message: "the caller went away")

    /// Whether the issuer had no part in the failure.
    var isOurs: Bool { code == "issuer_busy" || code == "issuer_cancelled" }
}
