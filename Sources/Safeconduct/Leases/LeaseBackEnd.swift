// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel
public import TrustStore

/// A system that gives out credentials of its own on our word, and takes them back.
///
/// Every call blocks for a bounded time and may be repeated: what is done already is done again without harm. A back end
/// does nothing to credentials whose names are not made from leases of its own.
public protocol LeaseBackEnd: Sendable {
    /// Its id.
    var id: ObjectID { get }

    /// The name that the credential of a lease has there. It follows from the ids alone, so that it is known before there
    /// is a credential, and after everything else was lost.
    func user(of lease: ObjectID) -> String

    /// The lease of a name; nil for a name that is not from here.
    func lease(of user: String) -> ObjectID?

    /// Makes a credential.
    ///
    /// - Parameters:
    ///   - lease: A recorded lease.
    ///   - role: What it lets its holder do.
    ///   - mayFinish: Asked when everything is ready and nothing can be used yet: whether the lease still stands. After a
    ///     no, or when it throws, there is no credential.
    /// - Returns: What its holder logs in with.
    func issue(_ lease: Lease, as role: BrokeredRole, mayFinish: () throws -> Bool) throws(BackEndError) -> LeaseSecret

    /// Lets a credential count until `time`.
    func renew(_ lease: Lease, until time: Timestamp) throws(BackEndError)

    /// Takes credentials away, their sessions with them, and looks whether they are gone.
    ///
    /// - Returns: For each what was seen, or why it is not gone.
    /// - Throws: What concerns all of them.
    func revoke(_ leases: [Lease]) throws(BackEndError) -> [Result<LeaseProof, BackEndError>]

    /// What there is of ours, in the order of names.
    ///
    /// - Parameters:
    ///   - after: Only what comes after this name.
    ///   - limit: How many at most.
    func reconcile(after: String?, limit: Int) throws(BackEndError) -> [FoundCredential]

    /// Looks whether credentials are gone, without doing anything to them. A login is tried with each.
    func probe(_ leases: [Lease]) throws(BackEndError) -> [Result<LeaseProof, BackEndError>]
}

extension LeaseBackEnd {
    /// Takes one credential away.
    public func revoke(_ lease: Lease) throws(BackEndError) -> LeaseProof {
        guard let outcome = try revoke([lease]).first else { throw .present }
        return try outcome.get()
    }
}

/// A credential as its own system knows it.
public struct FoundCredential: Sendable, Equatable {
    /// Its name there.
    public let user: String
    /// The lease that the name is made from.
    public let lease: ObjectID
    /// Until when logins are let in; nil for ever.
    public let validUntil: Timestamp?
    /// Whether they are let in at all.
    public let canLogIn: Bool
}
