// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// Ends a token before its time (RFC 7009), for the client that got it, or for an enforcement point of its API that has it
    /// in hand.
    ///
    /// It is a cut of the token's id: what was derived from it ends with it. What is no token of ours, or is over or cut
    /// already, needs no ending, and the answer is the same (section 2.2).
    ///
    /// - Returns: Why nothing was ended; nil when the token does not count.
    public func revoke(_ request: TokenRequest) async -> TokenRefusal? {
        await followHead()
        if let refusal = refusalToServe { return refusal }
        let giver: ObjectID
        let isOwn: (IssuedToken) -> Bool
        if isOfClient(request) {
            switch await authenticate(client: request) {
            case .failure(let refusal): return refusal
            case .success(let client):
                giver = client.identity.object.id
                isOwn = { $0.client == giver }
            }
        } else {
            switch point(authorizing: request) {
            case .failure(let refusal): return refusal
            case .success(let point):
                giver = point.object.id
                isOwn = { point.object.apis.contains($0.audience) }
            }
        }
        let text: String
        do throws(InvalidRequest) { text = try request.parameters.required("token") } catch {
            return TokenRefusal(error)
        }
        let (view, now) = (self.view, now())
        guard let own = ownToken(text, view, at: now) else { return nil }
        guard isOwn(own.token) else {
            return TokenRefusal(.unauthorizedClient, "the token is not this client's", reason: "token_not_own")
        }
        if case .cut = view.state.revocations.standing(of: own.facts) { return nil }
        guard revocationPace.admits(giver, at: now) else {
            return TokenRefusal(.temporarilyUnavailable, "too many tokens are ended; wait a minute", reason: "pace")
        }
        switch await carryOut(Command(ending: own.token.id, by: giver)) {
        case .done: return nil
        case .refused, .failed:
            // The client has to go on as if the token counted, and to try again (section 2.2.1).
            return TokenRefusal(.temporarilyUnavailable, "the token could not be ended; try again", reason: "not_ended")
        }
    }
}

extension Engine {
    /// Whether a client proves itself with a request, and not an enforcement point. Both may use Basic, and an identity may
    /// have the name of a point: whose secret it is decides.
    private func isOfClient(_ request: TokenRequest) -> Bool {
        guard let value = request.authorization else { return true }
        guard case .basic(let name, let secret)? = AuthorizationHeader(value) else { return false }
        let holder = view.state.credential(fingerprint: Fingerprint(of: secret))?.object
        return holder?.type == .secret && holder?.holder == view.state.find(name, kind: .identity)
    }
}

extension Command {
    /// The end of one token by who has the right to it: no policy is asked (see ADR 92).
    fileprivate init(ending token: ObjectID, by giver: ObjectID) {
        self.init(by: giver, collection: "cuts") { _, now throws(CommandRefusal) in
            var generator = SystemRandomNumberGenerator()
            let id = ObjectID(kind: .cut, at: now, using: &generator)
            return [.cut(Cut(id: id, scope: Scope(.credential, token.description)))]
        }
        ownToken = token
    }
}
