// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Who acts for whom: the nested `act` claim (RFC 8693 section 4.1), newest actor outermost.
///
/// The chain only grows. An exchange that loses an actor turns a delegate into the person it acted for, so whoever
/// issues a token from another checks ``isExtension(of:)`` whatever else was asked for.
public struct ActorChain: Sendable, Equatable {
    /// The most actors of one chain.
    public static let maximumDepth = 8

    /// The actors, newest first; empty when the subject acts itself.
    public let actors: [Actor]

    /// The chain of nobody: the subject acts itself.
    public static let none = ActorChain(bounded: [])

    private init(bounded actors: [Actor]) { self.actors = actors }

    /// Reads the `act` claim; nil is ``none``.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when a level is no object, is no sound ``Actor``, or there
    ///   are more than ``maximumDepth``.
    public init(_ claim: JSONValue?) throws(WorkloadIdentityError) {
        var actors: [Actor] = []
        var next = claim
        while let level = next {
            guard case .object(let members) = level else {
                throw WorkloadIdentityError(.delegation, "'act' is an object")
            }
            guard actors.count < Self.maximumDepth else { throw Self.tooDeep }
            actors.append(try Actor(members: members))
            next = members["act"]
        }
        self.actors = actors
    }

    /// The current actor, nil when the subject acts itself.
    public var current: Actor? { actors.first }

    /// The chain once `actor` acts for what it describes.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when it would be deeper than ``maximumDepth``.
    public func appending(_ actor: Actor) throws(WorkloadIdentityError) -> ActorChain {
        guard actors.count < Self.maximumDepth else { throw Self.tooDeep }
        return ActorChain(bounded: [actor] + actors)
    }

    /// Whether this is `other`, or `other` with newer actors before it.
    public func isExtension(of other: ActorChain) -> Bool {
        actors.count >= other.actors.count && Array(actors.suffix(other.actors.count)) == other.actors
    }

    /// The `act` claim, nil when the subject acts itself.
    public var claim: JSONValue? {
        var nested: JSONValue?
        for actor in actors.reversed() {
            var members = actor.members
            members["act"] = nested
            nested = .object(members)
        }
        return nested
    }

    private static let tooDeep = WorkloadIdentityError(.delegation, "a chain has at most \(maximumDepth) actors")
}
