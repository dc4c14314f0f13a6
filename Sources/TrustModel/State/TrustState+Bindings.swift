// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
public import StrictJSON

// The subjects of tokens, and whom they prove. Subjects are known by `iss`, as tokens know them: one that is bound under an
// issuer that was retired is not free for others when the issuer is registered anew.
extension TrustState {
    /// The identities that tokens of a subject prove by this registration of its issuer, before claims are compared: live
    /// ones, and retired ones that a hold is on.
    public func identities(issuer: ObjectID, subject: String) -> [Record<Identity>] {
        records(bindings(issuer, subject).map(\.identity))
    }

    /// The identities that a token of the subject with these claims proves by this registration of its issuer. More than
    /// one only in logs from when that was not refused; retired ones only where no other is.
    public func identities(issuer: ObjectID, subject: String, claims: JSONObject) -> [Record<Identity>] {
        let fitting = records(bindings(issuer, subject).filter { $0.fits(claims) }.map(\.identity))
        let live = fitting.filter { !$0.retired }
        return live.isEmpty ? fitting : live
    }

    private func bindings(_ issuer: ObjectID, _ subject: String) -> [SubjectBinding] {
        guard let url = issuers[issuer]?.object.url else { return [] }
        return (bindings[ForeignSubject(issuer: url, subject: subject)] ?? []).filter { $0.issuer == issuer }
    }

    /// Each identity once.
    private func records(_ ids: [ObjectID]) -> [Record<Identity>] {
        ids.enumerated().compactMap { index, id in ids[..<index].contains(id) ? nil : identities[id] }
    }

    /// The subject of a binding as its tokens name it; nil when its issuer was never registered.
    func subject(of binding: Identity.Federation) -> ForeignSubject? {
        issuers[binding.issuer].map { ForeignSubject(issuer: $0.object.url, subject: binding.subject) }
    }

    mutating func bindSubjects(of identity: Identity) {
        for binding in identity.federation {
            guard let subject = subject(of: binding) else { continue }
            let bound = SubjectBinding(identity: identity.id, issuer: binding.issuer, claims: binding.claims)
            // In place: a look and then a write would search the tree twice.
            Self.bind(bound, in: &bindings[subject, default: []])
        }
    }

    private static func bind(_ new: SubjectBinding, in bound: inout [SubjectBinding]) {
        // In the order of ids, not of arrival: a state read from a snapshot has to answer the same.
        bound.insert(new, at: bound.firstIndex { new.identity < $0.identity } ?? bound.count)
    }

    mutating func unbindSubjects(of identity: Identity) {
        for binding in identity.federation {
            guard let subject = subject(of: binding), let bound = bindings[subject] else { continue }
            let rest = bound.filter { $0.identity != identity.id }
            bindings[subject] = rest.isEmpty ? nil : rest
        }
    }

    /// Binds everything again, where an issuer has another URL than before: in logs from when that was not refused.
    mutating func bindAllSubjects() {
        bindings = [:]
        for record in identities.sorted where !record.retired || isReserved(record) { bindSubjects(of: record.object) }
    }
}
