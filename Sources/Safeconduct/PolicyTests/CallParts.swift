// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

/// The `context` of a test: what the engine would know of the call, and what the enforcement point would say.
struct CallParts {
    var context: CallContext
    /// The request's attributes.
    let request: JSONObject

    /// Reads the members that are there.
    init(_ stated: ObjectReader?, at pointer: String) throws(ShapeError) {
        var reader = try stated.orEmpty(at: pointer)
        let now = try reader.optionalTimestamp("now") ?? MadeUp.now
        var caller = try reader.optionalObject("caller").orEmpty(at: pointer)
        let proven = try caller.optionalBool("proven") ?? true
        let issuer = try caller.optionalString("issuer") ?? ""
        let binding = try caller.optionalString("binding") ?? (proven ? "bearer" : "asserted")
        let assurance = try caller.optionalInteger("assurance") ?? (proven ? 500 : 200)
        guard (0...1000).contains(assurance) else {
            throw ShapeError(.value, caller.pointer(to: "assurance"), "0 to 1000 is expected")
        }
        try caller.finish()
        var trust = try reader.optionalObject("trust").orEmpty(at: pointer)
        let callerScore = try Self.score(&trust, "caller")
        let apiScore = try Self.score(&trust, "api")
        try trust.finish()
        let chain = try Self.chain(reader.optionalObject("chain").orEmpty(at: pointer))
        let task = try Self.task(try reader.optionalObject("task"))
        let request = try reader.optionalObject("request")
        if let request { try Self.check(request) }
        self.request = request?.object ?? JSONObject()
        try reader.finish()
        context = CallContext(
            now: now,
            assurance: assurance,
            binding: binding,
            proven: proven,
            issuer: issuer,
            chain: chain,
            callerScore: callerScore,
            apiScore: apiScore,
            task: task,
            method: "GET",
            attributes: self.request
        )
    }

    /// Who acts for whom: for the principal itself where nobody is named.
    private static func chain(_ stated: ObjectReader) throws(ShapeError) -> ChainContext {
        var reader = stated
        var chain = ChainContext(of: try reader.optionalString("subject") ?? "")
        chain.actors = try reader.strings("actors")
        guard chain.actors.count <= ActorChain.maximumDepth else {
            throw ShapeError(
                .value,
                reader.pointer(to: "actors"),
                "at most \(ActorChain.maximumDepth) actors are in a chain"
            )
        }
        chain.unverified = try reader.optionalInteger("unverified") ?? 0
        guard (0...Int64(chain.actors.count)).contains(chain.unverified) else {
            throw ShapeError(.value, reader.pointer(to: "unverified"), "no more than there are actors is expected")
        }
        try reader.finish()
        return chain
    }

    /// Refuses what no enforcement point can send: a test of it would show nothing.
    private static func check(_ request: ObjectReader) throws(ShapeError) {
        for member in request.object {
            let pointer = request.pointer(to: member.key)
            guard member.key != "method" else {
                throw ShapeError(.value, pointer, "the method is the operation's own: say it of the 'resource'")
            }
            guard CallContext.holds(member.value) else {
                throw ShapeError(.value, pointer, "a number that no call can have: it needs 64 bits, or four decimals")
            }
        }
    }

    /// The task of the call: none unless one is stated, and then the call is one that it was declared for unless that is
    /// stated, too.
    private static func task(_ stated: ObjectReader?) throws(ShapeError) -> CallTask? {
        guard var reader = stated else { return nil }
        let task = CallTask(
            id: try reader.optionalString("id") ?? MadeUp.id(.task).description,
            purpose: try reader.optionalTerm("purpose") ?? "testing",
            within: try reader.optionalBool("within") ?? true
        )
        try reader.finish()
        return task
    }

    private static func score(_ trust: inout ObjectReader, _ key: String) throws(ShapeError) -> TrustScore {
        guard var reader = try trust.optionalObject(key) else { return .neutral }
        let neutral = TrustScore.neutral
        func part(_ name: String, _ otherwise: Int64) throws(ShapeError) -> Int64 {
            let value = try reader.optionalInteger(name) ?? otherwise
            guard (0...1000).contains(value) else {
                throw ShapeError(.value, reader.pointer(to: name), "0 to 1000 is expected")
            }
            return value
        }
        let score = try part("score", neutral.score)
        let made = TrustScore(
            score: score,
            band: reader.optional("band") == nil ? .none : try reader.choice("band", TrustScore.Band.self),
            consistency: try part("consistency", score),
            context: try part("context", score),
            sensitivity: try part("sensitivity", score),
            lineage: try part("lineage", score)
        )
        try reader.finish()
        return made
    }
}

extension ObjectReader? {
    /// The object, or one without members.
    fileprivate func orEmpty(at pointer: String) throws(ShapeError) -> ObjectReader {
        if let self { return self }
        return try ObjectReader([:], at: pointer)
    }
}
