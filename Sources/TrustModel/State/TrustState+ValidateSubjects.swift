// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

// Who is proven by whose tokens: no token may ever prove two identities, and none that a hold stops may come to prove
// another in the meantime.
extension TrustState {
    /// The most identities that one subject of an issuer may prove, told apart by further claims; each token of that
    /// subject is compared with all of them.
    public static let subjectLimit = 256

    func validate(_ object: Identity, at now: Timestamp) throws(CommandRefusal) {
        try validate(object, identities[object.id], at: now)
        if let present = identities[object.id]?.object, !revocations.holds(on: object.id).isEmpty {
            guard present.federation.allSatisfy(object.federation.contains) else {
                throw CommandRefusal(
                    .conflict,
                    "/federation",
                    "a hold is on this identity, so it keeps the subjects that prove it; lift the hold first"
                )
            }
        }
        for (index, binding) in object.federation.enumerated() {
            let pointer = "/federation/\(index)"
            guard summary(of: binding.issuer)?.retired == false else {
                throw CommandRefusal(.reference, "\(pointer)/issuer", "this issuer is unknown or retired")
            }
            let others = identities(issuer: binding.issuer, subject: binding.subject).filter {
                $0.object.id != object.id
            }
            guard others.count < Self.subjectLimit else {
                throw CommandRefusal(
                    .conflict,
                    "\(pointer)/subject",
                    "this subject proves \(Self.subjectLimit) identities already"
                )
            }
            for other in others where other.object.federation.contains(where: binding.mayShareTokens) {
                throw CommandRefusal(
                    .conflict,
                    "\(pointer)/subject",
                    "a token of this subject could prove the identity '\(other.object.name)', too; "
                        + "give both a claim in which their tokens differ"
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

extension Identity.Federation {
    /// Whether one token could fit both bindings: nothing that both ask for tells their tokens apart.
    func mayShareTokens(with other: Identity.Federation) -> Bool {
        issuer == other.issuer && sameBytes(subject, other.subject)
            && claims.allSatisfy { claim in other.claims[claim.key].map { $0 == claim.value } ?? true }
    }
}
