// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// What the policies were asked for a recorded decision, made again from its record and the state of its revision.
struct ReplayInput {
    let world: RequestWorld
    let call: CallContext
    /// The request attributes that the policies saw.
    let attributes: JSONObject
    /// The remedies that records met; those that the engine meets from buckets are part of the answer.
    let met: Set<String>

    /// The question as `policies` were asked it, before the engine looked for remedies; nil when the call does not fit
    /// their schema and they were not asked.
    func request(to policies: CompiledPolicies) -> AuthorizationRequest? {
        guard let context = try? call.record(policies.schema.request) else { return nil }
        return AuthorizationRequest(
            principal: world.principal,
            action: world.action,
            resource: world.operation,
            context: context.setting("met", to: .set(ValueSet(met.map { Value.string(Text($0)) })))
        )
    }
}

/// Why a decision can't be made again.
public enum ReplayObstacle: String, Sendable, CaseIterable, Error {
    /// No policy was asked: the call was refused before.
    case unasked
    /// The key of its request attributes was destroyed.
    case erased
    /// The control log at its revision lacks what it names.
    case missing
    /// The other policies may read an attribute that was withheld from those that decided: of it there is only a digest.
    case attributeWithheld = "attribute_withheld"
}

extension Engine {
    /// The input of a recorded decision.
    ///
    /// - Parameter state: The state of the decision's revision.
    func input(of record: DecisionRecord, _ state: TrustState) throws -> Result<ReplayInput, ReplayObstacle> {
        guard let identityID = record.identity, let name = record.operation,
            Judgement.reasons.contains(record.reason) || record.reason == "no_policies"
        else { return .failure(.unasked) }
        guard let identity = state.identities[identityID], let api = state.apis[record.api],
            let operation = api.object.operations.first(where: { $0.name == name })
        else { return .failure(.missing) }
        var attributes = JSONObject()
        if let sealed = record.attributes {
            guard let plain = try sealer.open(sealed), case .object(let object)? = try? JSONValue(parsing: plain) else {
                return .failure(.erased)
            }
            attributes = object
        }
        let proof: Subject.Proof
        let credential = record.credential ?? ""
        if let token = record.token {
            guard let binding = Subject.Binding(rawValue: record.binding) else { return .failure(.missing) }
            proof = .issued(credential: token, fingerprint: credential, binding: binding, expiresAt: record.at)
        } else if let issuer = record.issuer {
            proof = .token(issuer: issuer, fingerprint: credential, expiresAt: record.at)
        } else {
            proof = .asserted(by: record.point)
        }
        let subject = Subject(
            identity: identity,
            proof: proof,
            facts: CredentialFacts(origin: .foreign(issuedAt: record.at), holder: identityID)
        )
        let resource = Resource(api: api, operation: operation)
        guard let world = RequestWorld(subject: subject, resource: resource, act: record.act, state: state) else {
            return .failure(.missing)
        }
        let context = CallContext(
            now: record.at,
            act: record.act,
            assurance: record.assurance,
            binding: record.binding,
            // Nobody vouches for whoever asks for a credential.
            proven: record.act == .issue || subject.isProven,
            issuer: world.issuer.string,
            chain: ChainContext(record.chain, of: identity.object, state),
            callerScore: record.score,
            apiScore: record.apiScore,
            task: record.task.flatMap(ObjectID.init).map { CallTask($0, calling: resource, in: state, at: record.at) },
            method: operation.method,
            attributes: attributes
        )
        let met = record.met.filter { Remedy($0)?.isMetHere == false }
        return .success(ReplayInput(world: world, call: context, attributes: attributes, met: Set(met)))
    }
}
