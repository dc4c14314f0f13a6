// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

/// Who acts for whom in what is decided, as its record holds it.
struct ChainFacts: Sendable, Equatable {
    /// For whom; nil for whoever policies are asked about.
    var subject: ObjectID?
    /// Who acts, newest first: ids of identities, and issuer and subject, with a space between, of those that only another
    /// issuer knows.
    var actors: [String]

    /// The facts of a chain; nil where nobody acts for anybody.
    init?(_ chain: ActorChain, for subject: ObjectID? = nil) {
        if chain.actors.isEmpty, subject == nil { return nil }
        self.subject = subject
        actors = chain.actors.map { actor in actor.issuer.map { "\($0) \(actor.subject)" } ?? actor.subject }
    }

    /// Writes the object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if let subject {
            writer.key("subject")
            writer.string(subject)
        }
        writer.key("actors")
        writer.beginArray()
        for actor in actors { writer.string(actor) }
        writer.endArray()
        writer.endObject()
    }

    /// Reads the object.
    init(_ reader: inout ObjectReader) throws(ShapeError) {
        if let text = try reader.optionalString("subject") {
            guard let id = ObjectID(text), id.kind == .identity else {
                throw ShapeError(.value, reader.pointer(to: "subject"), "the id of an identity is expected")
            }
            subject = id
        }
        actors = try reader.strings("actors")
        try reader.finish()
    }
}

/// The chain as policies see it: by names.
struct ChainContext: Sendable {
    /// For whom the call is.
    var subject: String
    /// Who acts for them.
    var actors: [String] = []
    /// How many of the actors are no identities here: only another issuer vouches for them.
    var unverified: Int64 = 0

    /// The chain of who acts for nobody but itself.
    init(of principal: String) { subject = principal }

    /// The chain of `facts`, with the names that a state has.
    init(_ facts: ChainFacts?, of principal: Identity, _ state: borrowing TrustState) {
        subject = facts?.subject.flatMap { state.identities[$0]?.object.name } ?? principal.name
        for actor in facts?.actors ?? [] {
            if let name = ObjectID(actor).flatMap({ state.identities[$0]?.object.name }) {
                actors.append(name)
            } else {
                actors.append(actor)
                unverified += 1
            }
        }
    }

    /// As a member of the context.
    var record: Cedar.Record {
        [
            "depth": .long(Int64(actors.count)), "subject": .string(Text(subject)),
            "actors": .set(ValueSet(actors.map { .string(Text($0)) })),
            // Scores of identities are not measured in this version: each is the neutral one.
            "weakest": .long(TrustScore.neutral.score), "unverified": .long(unverified),
        ]
    }
}
