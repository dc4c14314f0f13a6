// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// The identity that shows a secret which was imported for it, in `Authorization` or in the form (RFC 6749 section 2.3.1).
    ///
    /// The secret is looked up by its SHA-256: the comparison leaks nothing of it, and there is no list of names to try. Of a
    /// bearer token or a key the fingerprint is something else's: they prove nobody here.
    func present(
        secret request: TokenRequest,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<PresentedClient, TokenRefusal> {
        let named = request.parameters["client_id"]
        let shown: (name: String, secret: String, method: ClientMethod)
        if let value = request.authorization {
            guard case .basic(let name, let secret)? = AuthorizationHeader(value) else {
                return .failure(.clientAuthorization)
            }
            // Libraries put the name into the form as well, which is in order as long as it is the same.
            guard named.map({ sameBytes($0, name) }) ?? true else { return .failure(.clientMismatch) }
            shown = (name, secret, .clientSecretBasic)
        } else {
            guard let named, let secret = request.parameters["client_secret"] else {
                return .failure(.clientMissing)
            }
            shown = (named, secret, .clientSecretPost)
        }
        guard shown.secret.utf8.count <= ClientSecret.maximumBytes,
            let credential = view.state.credential(fingerprint: Fingerprint(of: shown.secret)),
            credential.object.type == .secret,
            view.state.find(shown.name, kind: .identity) == credential.object.holder,
            let identity = view.state.identities[credential.object.holder]
        else { return .failure(.clientUnknown) }
        if let refusal = view.state.refusal(of: credential, held: identity, at: now) { return .failure(refusal) }
        let client = ProvenClient(identity: identity, credential: credential, method: shown.method)
        return .success(PresentedClient(client: client, use: nil))
    }
}

extension TokenRefusal {
    fileprivate static let clientAuthorization = TokenRefusal(
        .invalidClient,
        "Authorization is for Basic here, with the name and the secret of a client that has one",
        reason: "client_authorization"
    )
    static let clientMismatch = TokenRefusal(
        .invalidClient,
        "client_id is not the client that proves itself",
        reason: "client_mismatch"
    )
}
