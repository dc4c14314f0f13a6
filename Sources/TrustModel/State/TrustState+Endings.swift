// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

// Cuts and holds name identities and issuers by their ids; tokens know only `iss` and `sub`. Whoever lets go of a subject
// and registers it anew, under another id, must bring no token back to life. So what a cut or a retirement ended stays
// noted by `iss` and `sub`, and what a hold stops stays reserved until the hold is lifted.
extension TrustState {
    /// Notes the cut on an identity for the subjects that it lets go, as `new` puts it.
    mutating func endSubjectsDropped(by new: Identity) {
        guard let old = identities[new.id]?.object, let cut = revocations.mark(on: Scope(identity: new.id)) else {
            return
        }
        for binding in old.federation where !new.federation.contains(binding) {
            end(binding, Ending(by: cut.cut, time: cut.time))
        }
    }

    /// An identity that is retired takes the tokens of its subjects with it.
    mutating func endSubjects(of identity: Identity, at time: Timestamp) {
        for binding in identity.federation { end(binding, Ending(by: identity.id, time: time)) }
    }

    /// Notes the cut on a trust domain for the tokens of an issuer that leaves it, as `new` puts it.
    mutating func endTokensTakenAway(by new: Issuer, at time: Timestamp) {
        guard let old = issuers[new.id]?.object else { return }
        if !sameBytes(old.url, new.url) {
            // No command does this any more; logs from when one did are folded all the same.
            issuersByURL[old.url] = nil
            endTokens(of: old, at: time)
        }
        guard old.trustDomain != new.trustDomain,
            let cut = revocations.mark(on: Scope(.trustDomain, old.trustDomain))
        else { return }
        end(ForeignSubject(issuer: old.url), Ending(by: cut.cut, time: cut.time))
    }

    /// An issuer that is retired takes all its tokens with it.
    mutating func endTokens(of issuer: Issuer, at time: Timestamp) {
        end(ForeignSubject(issuer: issuer.url), Ending(by: issuer.id, time: time))
    }

    private mutating func end(_ binding: Identity.Federation, _ ending: Ending) {
        guard let issuer = issuers[binding.issuer]?.object else { return }
        end(ForeignSubject(issuer: issuer.url, subject: binding.subject), ending)
    }

    private mutating func end(_ tokens: ForeignSubject, _ new: Ending) {
        let old = revocations.endings[tokens]
        if let old, old.time >= new.time { return }
        if let old {
            digest.remove(Self.bytes(tokens, old))
            endingsDigest.remove(Self.bytes(tokens, old))
        }
        digest.add(Self.bytes(tokens, new))
        endingsDigest.add(Self.bytes(tokens, new))
        revocations.endings[tokens] = new
    }

    /// What a log states that was written before endings were counted.
    var digestWithoutEndings: StateDigest {
        var rest = digest
        rest.remove(endingsDigest)
        return rest
    }

    /// Whether a retired identity keeps its subjects to itself, because a hold that it was retired under is in force.
    func isReserved(_ identity: Record<Identity>) -> Bool {
        identity.retired
            && revocations.holds(on: identity.object.id).contains { (holds[$0]?.created ?? .max) < identity.rev }
    }

    /// Binds the subjects of an identity again whose hold is read after it, from a snapshot.
    mutating func reserveSubjects(_ scope: Scope) {
        guard scope.kind == .identity, let id = ObjectID(scope.value), let identity = identities[id],
            isReserved(identity)
        else { return }
        bindSubjects(of: identity.object)
    }

    /// Lets others have what was reserved by a hold that is lifted. The cut that the lift leaves goes with it: nothing
    /// that was issued during the hold counts either.
    mutating func release(_ scope: Scope, at time: Timestamp) {
        switch scope.kind {
        case .identity:
            guard let id = ObjectID(scope.value), let identity = identities[id] else { return }
            for binding in identity.object.federation
            where identity.retired || issuers[binding.issuer]?.retired == true {
                end(binding, Ending(by: id, time: time))
            }
            if identity.retired, !isReserved(identity) { unbindSubjects(of: id) }
        case .issuer, .trustDomain:
            for record in issuers.sorted where record.retired {
                let issuer = record.object
                guard scope.value == (scope.kind == .issuer ? issuer.id.description : issuer.trustDomain) else {
                    continue
                }
                endTokens(of: issuer, at: time)
            }
        case .all, .credential, .key, .task, .delegationRoot, .participant, .agreementVersion: return
        }
    }

    /// What keeps the URL of a retired issuer from another: a hold on it, on its trust domain, or on an identity that its
    /// tokens prove; nil when nothing does.
    func hold(onTokensOf url: String) -> ObjectID? {
        let gone = issuers.records.values.filter { $0.retired && sameBytes($0.object.url, url) }.map(\.object)
        guard !gone.isEmpty else { return nil }
        for issuer in gone {
            let scopes = [Scope(.issuer, issuer.id.description), Scope(.trustDomain, issuer.trustDomain)]
            for scope in scopes { if let hold = revocations.firstHold(on: scope) { return hold } }
        }
        return revocations.heldScopes(.identity).lazy.compactMap { scope -> ObjectID? in
            guard let bound = ObjectID(scope.value).flatMap({ self.identities[$0] })?.object.federation,
                bound.contains(where: { binding in gone.contains { $0.id == binding.issuer } })
            else { return nil }
            return self.revocations.firstHold(on: scope)
        }.min()
    }
}

// Endings are no objects, and have lines of their own in a snapshot.
extension TrustState {
    /// What tells the line of an ending from that of an object.
    static let endingKind = "ended_tokens"

    /// The line of a snapshot that stands for an ending, and its part of the digest.
    static func bytes(_ tokens: ForeignSubject, _ ending: Ending) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", endingKind)
        writer.member("issuer", tokens.issuer)
        if let subject = tokens.subject { writer.member("subject", subject) }
        writer.member("by", ending.by)
        writer.member("at", ending.time)
        writer.endObject()
        return writer.bytes
    }

    /// Writes every ending, in an order that does not hang on any hash.
    func writeEndings(_ line: ([UInt8]) throws -> Void) rethrows {
        let lines = revocations.endings.map { Self.bytes($0.key, $0.value) }
        for bytes in lines.sorted(by: { $0.lexicographicallyPrecedes($1) }) { try line(bytes) }
    }

    /// Reads the line of an ending; its kind was read.
    static func readEnding(_ reader: inout ObjectReader) throws(ShapeError) -> (ForeignSubject, Ending) {
        let tokens = ForeignSubject(
            issuer: try reader.string("issuer"),
            subject: try reader.optionalString("subject")
        )
        guard let by = ObjectID(try reader.string("by")) else {
            throw ShapeError(.value, reader.pointer(to: "by"), "an id is expected")
        }
        return (tokens, Ending(by: by, time: try reader.timestamp("at")))
    }

    /// Takes up the ending of a snapshot's line, which the digest counts already.
    mutating func load(_ tokens: ForeignSubject, _ ending: Ending) throws(ShapeError) {
        guard revocations.endings.updateValue(ending, forKey: tokens) == nil else {
            throw ShapeError(.value, "/issuer", "an ending stands in the snapshot twice")
        }
        endingsDigest.add(Self.bytes(tokens, ending))
    }
}
