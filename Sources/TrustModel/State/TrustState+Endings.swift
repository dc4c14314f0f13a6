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
            end(binding, of: new.id, by: cut.cut, at: cut.time)
        }
    }

    /// An identity that is retired takes the tokens of its subjects with it.
    mutating func endSubjects(of identity: Identity, at time: Timestamp) {
        for binding in identity.federation { end(binding, of: identity.id, by: identity.id, at: time) }
    }

    /// Notes the cut on a trust domain for the tokens of an issuer that leaves it, as `new` puts it.
    mutating func endTokensTakenAway(by new: Issuer) {
        guard let old = issuers[new.id]?.object, old.trustDomain != new.trustDomain,
            let cut = revocations.mark(on: Scope(.trustDomain, old.trustDomain))
        else { return }
        end(
            ForeignSubject(issuer: old.url),
            Ending(claims: JSONObject(), others: [], by: cut.cut, time: cut.time)
        )
    }

    /// An issuer that is retired takes all its tokens with it.
    mutating func endTokens(of issuer: Issuer, by id: ObjectID, at time: Timestamp) {
        end(ForeignSubject(issuer: issuer.url), Ending(claims: JSONObject(), others: [], by: id, time: time))
    }

    /// A cut, that of a lift too, ends the tokens of what was retired before as it does those of what lives: it may be
    /// registered anew. What others have by now is theirs.
    mutating func endRetired(in scope: Scope, by cut: ObjectID, at time: Timestamp) {
        switch scope.kind {
        case .identity:
            guard let id = ObjectID(scope.value), let record = identities[id] else { return }
            for binding in record.object.federation {
                let isGone = record.retired || issuers[binding.issuer]?.retired == true
                if isGone { end(binding, of: id, by: cut, at: time) }
            }
        case .issuer, .trustDomain:
            for record in issuers.sorted where record.retired && issuersByURL[record.object.url] == nil {
                let issuer = record.object
                if scope.value == (scope.kind == .issuer ? issuer.id.description : issuer.trustDomain) {
                    endTokens(of: issuer, by: cut, at: time)
                }
            }
        case .all, .credential, .key, .task, .delegationRoot, .participant, .agreementVersion, .workload: return
        }
    }

    /// Ends the tokens that fit a binding of an identity, but for those that prove another, live one by now.
    private mutating func end(
        _ binding: Identity.Federation,
        of identity: ObjectID,
        by id: ObjectID,
        at time: Timestamp
    ) {
        guard let subject = subject(of: binding) else { return }
        let others = (bindings[subject] ?? []).filter { other in
            other.identity != identity && !other.claims.exclude(binding.claims)
                && identities[other.identity]?.retired == false && issuers[other.issuer]?.retired == false
        }
        end(subject, Ending(claims: binding.claims, others: others.map(\.claims), by: id, time: time))
    }

    private mutating func end(_ tokens: ForeignSubject, _ new: Ending) {
        var endings = revocations.endings[tokens] ?? []
        if endings.contains(where: { $0.isAbout(new) && $0.time >= new.time }) { return }
        for old in endings where old.isAbout(new) || old.isOver(at: new.time) {
            digest.remove(Self.bytes(tokens, old))
            endingsDigest.remove(Self.bytes(tokens, old))
        }
        endings.removeAll { $0.isAbout(new) || $0.isOver(at: new.time) }
        endings.append(new)
        digest.add(Self.bytes(tokens, new))
        endingsDigest.add(Self.bytes(tokens, new))
        revocations.endings[tokens] = endings
    }

    /// What a log states that was written before endings were counted.
    var digestWithoutEndings: StateDigest {
        var rest = digest
        rest.remove(endingsDigest)
        return rest
    }

    /// Whether a retired identity keeps its subjects to itself, because a hold is on it.
    func isReserved(_ identity: Record<Identity>) -> Bool {
        identity.retired && !revocations.holds(on: identity.object.id).isEmpty
    }

    /// Reserves the subjects of a retired identity that the first hold in force is now on.
    mutating func reserveSubjects(_ scope: Scope) {
        guard scope.kind == .identity, let id = ObjectID(scope.value), let identity = identities[id], identity.retired,
            revocations.holds(on: id).count == 1
        else { return }
        bindSubjects(of: identity.object)
    }

    /// Lets others have the subjects of a retired identity when the last hold on it was lifted.
    mutating func releaseSubjects(_ scope: Scope) {
        guard scope.kind == .identity, let id = ObjectID(scope.value), let identity = identities[id], identity.retired,
            !isReserved(identity)
        else { return }
        unbindSubjects(of: identity.object)
    }

    /// What keeps the URL of a retired issuer from another: a hold on it or on its trust domain; nil when nothing does.
    func hold(onTokensOf url: String) -> ObjectID? {
        issuers.records.values.filter { $0.retired && sameBytes($0.object.url, url) }.compactMap { record in
            revocations.firstHold(on: Scope(.issuer, record.object.id.description))
                ?? revocations.firstHold(on: Scope(.trustDomain, record.object.trustDomain))
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
        writer.key("claims")
        writer.value(.object(ending.claims))
        if !ending.others.isEmpty {
            writer.key("others")
            writer.beginArray()
            for claims in ending.others { writer.value(.object(claims)) }
            writer.endArray()
        }
        writer.member("by", ending.by)
        writer.member("at", ending.time)
        writer.endObject()
        return writer.bytes
    }

    /// Writes every ending, in an order that does not hang on any hash.
    func writeEndings(_ line: ([UInt8]) throws -> Void) rethrows {
        let lines = revocations.endings.flatMap { tokens, endings in endings.map { Self.bytes(tokens, $0) } }
        for bytes in lines.sorted(by: { $0.lexicographicallyPrecedes($1) }) { try line(bytes) }
    }

    /// Reads the line of an ending; its kind was read.
    static func readEnding(_ reader: inout ObjectReader) throws(ShapeError) -> (ForeignSubject, Ending) {
        let tokens = ForeignSubject(
            issuer: try reader.string("issuer"),
            subject: try reader.optionalString("subject")
        )
        let claims = try reader.optionalObject("claims")?.object ?? JSONObject()
        var others: [JSONObject] = []
        for element in try reader.array("others") {
            guard let claims = element.value.objectValue else {
                throw ShapeError(.value, element.pointer, "claims are expected")
            }
            others.append(claims)
        }
        guard let by = ObjectID(try reader.string("by")) else {
            throw ShapeError(.value, reader.pointer(to: "by"), "an id is expected")
        }
        return (tokens, Ending(claims: claims, others: others, by: by, time: try reader.timestamp("at")))
    }

    /// Takes up the ending of a snapshot's line, which the digest counts already.
    mutating func load(_ tokens: ForeignSubject, _ ending: Ending) throws(ShapeError) {
        var endings = revocations.endings[tokens] ?? []
        guard !endings.contains(where: ending.isAbout) else {
            throw ShapeError(.value, "/issuer", "an ending stands in the snapshot twice")
        }
        endings.append(ending)
        revocations.endings[tokens] = endings
        endingsDigest.add(Self.bytes(tokens, ending))
    }
}
