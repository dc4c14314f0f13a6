// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
public import StrictJSON
internal import Synchronization
public import TrustModel
internal import TrustStore

extension Engine {
    /// Makes the next token key when its time has come; called every minute, at every node.
    public func rotateTokenKeys() async {
        guard tokenKeyTimes.due(in: view.state, at: now()) != nil else { return }
        _ = await putTokenKey(by: node.id, isForced: false)
    }

    /// Makes a new token key now, although the present one has time left.
    ///
    /// It signs as soon as everybody who keeps published keys has seen it. What the one before signed goes on counting;
    /// to end that, cut its thumbprint: then the next key signs at once.
    public func rotateTokenKeys(by operator: ObjectID) async -> CommandOutcome {
        await putTokenKey(by: `operator`, isForced: true)
    }

    /// The keys that verify tokens issued here (RFC 7517), for everybody.
    public func publishedTokenKeys() -> JSONValue {
        let view = self.view
        return view.tokenKeys.published(view.state, at: now()).json
    }

    /// The key that signs tokens now, made if there is none.
    func tokenSigner() async -> SigningKey? {
        if let key = presentTokenSigner() { return key }
        await rotateTokenKeys()
        return presentTokenSigner()
    }

    private func presentTokenSigner() -> SigningKey? {
        guard let record = view.state.signingTokenKey(at: now()) else { return nil }
        return tokenSigners.withLock { signers in
            if let known = signers[record.object.id] { return known }
            guard let secret = try? sealer.existingSecret(Self.secret(of: record.object.id)),
                let key = try? SigningKey(.es256, secretBytes: secret)
            else { return nil }
            signers = signers.filter { $0.key != record.object.id && view.state.tokenKeys[$0.key] != nil }
            signers[record.object.id] = key
            return key
        }
    }

    /// Seals a new key, then registers it: a key that is registered can always sign.
    private func putTokenKey(by giver: ObjectID, isForced: Bool) async -> CommandOutcome {
        let key = SigningKey.generate(.es256)
        var generator = SystemRandomNumberGenerator()
        let id = ObjectID(kind: .tokenKey, at: now(), using: &generator)
        do {
            _ = try await blocking { [sealer] in try sealer.secret(Self.secret(of: id)) { key.secretBytes } }
        } catch {
            return .failed(error as? EngineError ?? EngineError(.internal, "the key could not be sealed"))
        }
        let outcome = await carryOut(
            Command(by: giver, collection: "token-keys") { [times = tokenKeyTimes] state, now throws(CommandRefusal) in
                guard let from = times.due(in: state, at: now, isForced: isForced) else { return [] }
                guard let fingerprint = Fingerprint(bytes: key.verificationKey.thumbprint) else { return [] }
                let until = from.advanced(byMilliseconds: times.signing)
                return [
                    .putTokenKey(
                        TokenKey(
                            id: id,
                            jwk: key.verificationKey.bareJWK,
                            fingerprint: fingerprint,
                            signsFrom: from,
                            signsUntil: until,
                            acceptedUntil: until.advanced(byMilliseconds: times.accepted)
                        )
                    )
                ]
            }
        )
        // Another node was faster, or it was refused: nobody will ever need this one.
        if view.state.tokenKeys[id] == nil {
            _ = try? await blocking { [store] in try store.sealed.destroy(prefix: Self.secret(of: id)) }
        }
        return outcome
    }

    private static func secret(of id: ObjectID) -> String { "token-key/\(id)" }
}
