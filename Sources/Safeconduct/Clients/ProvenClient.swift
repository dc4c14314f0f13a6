// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// An identity that proved itself to an endpoint of this server as a client, with a credential that counts.
public struct ProvenClient: Sendable {
    /// The identity.
    public let identity: Record<Identity>
    /// What it proved itself with.
    public let credential: Record<Credential>
    /// How.
    public let method: ClientMethod
    /// The credentials that whatever is derived from this one descends from, oldest first, itself last.
    public let ancestors: [ObjectID]
    /// What else can be cut that this credential belongs to: its key.
    public let scopes: [Scope]
    /// Whether its assertion named the endpoint it was sent to and not the issuer: it may have been made for another server
    /// that claims the same endpoint, so each use is trust debt.
    public let audienceIsLegacy: Bool

    /// How sure the engine is of it, 0 to 1000.
    public var assurance: Int64 { subject.assurance }

    /// The same as the one about whom policies are asked.
    var subject: Subject {
        let proof: Subject.Proof =
            switch method {
            case .privateKeyJWT: .key(fingerprint: credential.object.fingerprint)
            case .clientSecretBasic, .clientSecretPost: .secret(fingerprint: credential.object.fingerprint)
            }
        return Subject(identity: identity, proof: proof, facts: CredentialFacts(credential))
    }

    init(
        identity: Record<Identity>,
        credential: Record<Credential>,
        method: ClientMethod,
        audienceIsLegacy: Bool = false
    ) {
        self.identity = identity
        self.credential = credential
        self.method = method
        self.audienceIsLegacy = audienceIsLegacy
        // Whatever does not fit among the ancestors is a scope: no cut of it may miss what descends from it.
        let line = credential.object.ancestors + [credential.object.id]
        ancestors = Array(line.suffix(Credential.ancestorLimit))
        scopes =
            line.dropLast(Credential.ancestorLimit).map { Scope(.credential, $0.description) }
            + (credential.object.thumbprint.map { [Scope(.key, $0)] } ?? [])
    }
}
