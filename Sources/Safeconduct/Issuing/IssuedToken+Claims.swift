// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

extension IssuedToken {
    /// The claims, in a fixed order (RFC 9068 section 2.2).
    public var claims: JSONObject {
        var claims = JSONObject([
            ("iss", .string(issuer)), ("sub", .string(subject.description)), ("client_id", .string(client.description)),
            ("aud", .string(audience.description)),
        ])
        if !scope.isEmpty { claims["scope"] = .string(scope.description) }
        for (name, time) in [("iat", issuedAt), ("nbf", notBefore), ("exp", expiresAt)] {
            claims[name] = .integer(time.milliseconds / 1000)
        }
        claims["jti"] = .string(id.description)
        switch confirmation {
        case nil: break
        case .dpop(let key): claims["cnf"] = ["jkt": .string(key.thumbprint)]
        case .mtls(let certificate): claims["cnf"] = ["x5t#S256": .string(certificate.thumbprint)]
        }
        claims["act"] = chain.claim
        claims["authorization_details"] = details?.json
        var own = JSONObject([("rev", .integer(Int64(clamping: rev))), ("purpose", .string(purpose))])
        if let task { own["task"] = .string(task.description) }
        if !ancestors.isEmpty { own["ancestors"] = .array(ancestors.map { .string($0.description) }) }
        if !scopes.isEmpty { own["scopes"] = .array(scopes.map { .string($0.description) }) }
        claims["safeconduct"] = .object(own)
        return claims
    }

    /// Reads the claims of a verified token.
    ///
    /// Claims that nobody here knows are left alone (RFC 7519 section 4), but those of `cnf` and `safeconduct` narrow
    /// what the token is good for: what isn't understood there is refused. No `null` stands for absence.
    ///
    /// - Throws: `ShapeError` for a claim that is absent, of another shape, or out of bounds.
    public init(claims: JSONObject) throws(ShapeError) {
        guard JSONValue.object(claims).serialized().count <= Self.maximumBytes else {
            throw ShapeError(.value, "", "the claims have more than \(Self.maximumBytes) bytes")
        }
        var reader = try Self.reader(.object(claims), at: "")
        let issuer = try reader.string("iss")
        guard (1...2048).contains(issuer.utf8.count) else {
            throw ShapeError(.value, "/iss", "an issuer has 1 to 2,048 bytes")
        }
        let subject = try Self.id(.identity, "sub", &reader)
        let client = try Self.id(.identity, "client_id", &reader)
        let audience = try Self.id(.api, "aud", &reader)
        let scope = try reader.optionalString("scope")
        let times = (try Self.time("iat", &reader), try Self.time("nbf", &reader), try Self.time("exp", &reader))
        guard times.0 < times.2, times.1 < times.2,
            times.2 <= times.0.advanced(byMilliseconds: Self.maximumSeconds * 1000)
        else { throw ShapeError(.value, "/exp", "a token expires after it begins, and within a day") }
        let id = try Self.id(.credential, "jti", &reader)
        let confirmation = try reader.optional("cnf").map { value throws(ShapeError) in try Self.confirmation(value) }
        let chain = try Self.delegation("/act") { () throws(WorkloadIdentityError) in
            try ActorChain(reader.optional("act"))
        }
        for actor in chain.actors where actor.issuer == nil {
            guard ObjectID(actor.subject)?.kind == .identity else {
                throw ShapeError(.value, "/act", "an actor of ours is the id of an identity")
            }
        }
        let details = try Self.delegation("/authorization_details") { () throws(WorkloadIdentityError) in
            try reader.optional("authorization_details").map { value throws(WorkloadIdentityError) in
                try AuthorizationDetails(value)
            }
        }
        var own = try Self.reader(try reader.required("safeconduct"), at: "/safeconduct")
        guard let rev = UInt64(exactly: try own.integer("rev")) else {
            throw ShapeError(.value, "/safeconduct/rev", "a revision is expected")
        }
        self.init(
            id: id,
            issuer: issuer,
            subject: subject,
            client: client,
            audience: audience,
            scope: try Self.delegation("/scope") { () throws(WorkloadIdentityError) in
                try scope.map { text throws(WorkloadIdentityError) in try OAuthScope(text) } ?? .none
            },
            issuedAt: times.0,
            notBefore: times.1,
            expiresAt: times.2,
            confirmation: confirmation,
            chain: chain,
            details: details,
            rev: rev,
            purpose: try Self.purpose(&own),
            task: try Self.task(&own),
            ancestors: try Self.ancestors(&own),
            scopes: try Self.scopes(&own)
        )
        try own.finish()
    }

    /// A reader of an object without nulls: a claim that is there has a value.
    private static func reader(_ value: JSONValue, at pointer: String) throws(ShapeError) -> ObjectReader {
        let reader = try ObjectReader(value, at: pointer)
        for member in reader.object where member.value.isNull {
            throw ShapeError(.kind, reader.pointer(to: member.key), "a claim is never null")
        }
        return reader
    }

    private static func id(
        _ kind: ObjectKind,
        _ name: String,
        _ reader: inout ObjectReader
    ) throws(ShapeError) -> ObjectID {
        guard let id = ObjectID(try reader.string(name)), id.kind == kind else {
            throw ShapeError(.value, reader.pointer(to: name), "the id of one \(kind.noun) is expected")
        }
        return id
    }

    private static func time(_ name: String, _ reader: inout ObjectReader) throws(ShapeError) -> Timestamp {
        let seconds = try reader.integer(name)
        // To the year 9999, which every form of a time can say.
        guard (0...253_402_300_799).contains(seconds) else {
            throw ShapeError(.value, reader.pointer(to: name), "whole seconds since 1970 are expected")
        }
        return Timestamp(seconds: seconds)
    }

    private static func confirmation(_ value: JSONValue) throws(ShapeError) -> Confirmation {
        var reader = try reader(value, at: "/cnf")
        let (key, certificate) = (try reader.optionalString("jkt"), try reader.optionalString("x5t#S256"))
        try reader.finish()
        switch (key.flatMap(Fingerprint.init(thumbprint:)), certificate.flatMap(Fingerprint.init(thumbprint:))) {
        case (let key?, nil) where certificate == nil: return .dpop(key)
        case (nil, let certificate?) where key == nil: return .mtls(certificate)
        default: throw ShapeError(.value, "/cnf", "exactly one thumbprint is expected")
        }
    }

    private static func purpose(_ own: inout ObjectReader) throws(ShapeError) -> String {
        let purpose = try own.string("purpose")
        guard Name.isTerm(purpose) else { throw ShapeError(.value, own.pointer(to: "purpose"), "a term is expected") }
        return purpose
    }

    private static func task(_ own: inout ObjectReader) throws(ShapeError) -> ObjectID? {
        own.object["task"] == nil ? nil : try id(.task, "task", &own)
    }

    private static func ancestors(_ own: inout ObjectReader) throws(ShapeError) -> [ObjectID] {
        var ancestors: [ObjectID] = []
        for text in try own.strings("ancestors") {
            guard ancestors.count < maximumAncestors, let id = ObjectID(text), id.kind == .credential else {
                throw ShapeError(
                    .value,
                    own.pointer(to: "ancestors"),
                    "at most \(maximumAncestors) ids of credentials are expected"
                )
            }
            ancestors.append(id)
        }
        return ancestors
    }

    private static func scopes(_ own: inout ObjectReader) throws(ShapeError) -> [Scope] {
        var scopes: [Scope] = []
        for text in try own.strings("scopes") {
            // A kind nobody knows might be one that was cut: then the token does not count.
            guard scopes.count < maximumScopes, let scope = Scope(text), scope.kind != .all else {
                throw ShapeError(.value, own.pointer(to: "scopes"), "at most \(maximumScopes) scopes are expected")
            }
            scopes.append(scope)
        }
        return scopes
    }

    private static func delegation<Value>(
        _ pointer: String,
        _ read: () throws(WorkloadIdentityError) -> Value
    ) throws(ShapeError) -> Value {
        do { return try read() } catch { throw ShapeError(.value, pointer, error.message) }
    }
}
