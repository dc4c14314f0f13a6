// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
public import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// The enforcement point that asks an OAuth endpoint, by its credential: as a bearer token (RFC 6750), or with its name by
    /// Basic, which is what resource servers know (RFC 7662 section 2.1).
    public func point(authorizing request: TokenRequest) -> Result<Record<EnforcementPoint>, TokenRefusal> {
        guard let value = request.authorization else {
            return .failure(
                TokenRefusal(.invalidClient, "an enforcement point's credential is required", reason: "point_missing")
            )
        }
        let (name, secret): (String?, String)
        switch AuthorizationHeader(value) {
        case .bearer(let token)?: (name, secret) = (nil, token)
        case .basic(let user, let password)?: (name, secret) = (user, password)
        case nil: return .failure(.pointUnknown)
        }
        switch caller(bearer: secret) {
        case .success(.point(let record, _)):
            guard let name else { return .success(record) }
            guard sameBytes(name, record.object.name) || sameBytes(name, record.object.id.description) else {
                return .failure(.pointUnknown)
            }
            return .success(record)
        case .success(.operator), .success(.identity), .failure(.unknown), .failure(.missing):
            return .failure(.pointUnknown)
        case .failure(let refusal):
            return .failure(
                TokenRefusal(
                    .invalidClient,
                    "the credential does not count any more",
                    reason: "point_\(refusal.rawValue)"
                )
            )
        }
    }
}

extension TokenRefusal {
    fileprivate static let pointUnknown = TokenRefusal(
        .invalidClient,
        "the credential is not one of an enforcement point",
        reason: "point_unknown"
    )
}
