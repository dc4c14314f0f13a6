// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

// Who is proven by whose tokens: no token may ever prove two identities, and none that a hold stops may come to prove
// another in the meantime.
extension TrustState {
    /// The most bindings that one subject may have, told apart by further claims; each token of that subject is compared
    /// with all of them.
    public static let subjectLimit = 64

    func validate(_ object: Identity, at now: Timestamp) throws(CommandRefusal) {
        try validate(object, identities[object.id], at: now)
        let present = identities[object.id]?.object.federation ?? []
        try validateKept(present, by: object)
        for (index, binding) in object.federation.enumerated() where !present.contains(binding) {
            let pointer = "/federation/\(index)"
            guard let issuer = issuers[binding.issuer], !issuer.retired else {
                throw CommandRefusal(.reference, "\(pointer)/issuer", "this issuer is unknown or retired")
            }
            let subject = ForeignSubject(issuer: issuer.object.url, subject: binding.subject)
            let others = (bindings[subject] ?? []).filter { $0.identity != object.id }
            guard
                others.count + object.federation.count(where: { sameBytes($0.subject, binding.subject) })
                    <= Self.subjectLimit
            else {
                throw CommandRefusal(
                    .conflict,
                    "\(pointer)/subject",
                    "a subject is bound in \(Self.subjectLimit) ways at most, and this one is"
                )
            }
            for other in others where !other.claims.exclude(binding.claims) {
                throw CommandRefusal(
                    .conflict,
                    "\(pointer)/subject",
                    "a token of this subject could prove the identity '\(identities[other.identity]?.object.name ?? "")', "
                        + "too; give both a claim in which their tokens differ"
                )
            }
        }
    }

    /// An identity on hold keeps the subjects that prove it. Another registration of the same issuer will do.
    private func validateKept(_ present: [Identity.Federation], by object: Identity) throws(CommandRefusal) {
        guard !revocations.holds(on: object.id).isEmpty else { return }
        for old in present {
            let isKept = object.federation.contains { new in
                subject(of: new) == subject(of: old) && new.claims == old.claims
            }
            guard isKept else {
                throw CommandRefusal(
                    .conflict,
                    "/federation",
                    "a hold is on this identity, so it keeps the subjects that prove it; lift the hold first"
                )
            }
        }
    }

    func validate(_ object: Issuer, at now: Timestamp) throws(CommandRefusal) {
        let present = issuers[object.id]
        try validate(object, present, at: now)
        if let other = issuer(url: object.url), other.object.id != object.id {
            throw CommandRefusal(.conflict, "/url", "the issuer '\(other.object.name)' has this URL")
        }
        guard let old = present?.object else {
            if hold(onTokensOf: object.url) != nil {
                throw CommandRefusal(
                    .conflict,
                    "/url",
                    "a hold is on tokens with this 'iss', though their issuer was retired; lift the hold first"
                )
            }
            return
        }
        guard sameBytes(old.url, object.url) else {
            throw CommandRefusal(.conflict, "/url", "an issuer's URL is permanent; register another issuer")
        }
        guard
            old.trustDomain == object.trustDomain
                || revocations.firstHold(on: Scope(.trustDomain, old.trustDomain)) == nil
        else {
            throw CommandRefusal(
                .conflict,
                "/trust_domain",
                "a hold is on the trust domain '\(old.trustDomain)'; lift the hold first"
            )
        }
    }
}
