// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import TrustModel

/// Under which terms a command is carried out: the key it may be sent again under, and what has to hold at the head.
///
/// They belong to the request, not to the command, and reach it through the task: whatever command a handler gives, now
/// or in a later release, keeps them without knowing of them.
public struct CommandTerms: Sendable {
    /// What has to hold at the head before anything else is looked at.
    public typealias Precondition = @Sendable (TrustState) throws(CommandRefusal) -> Void

    /// The key; nil when the command is not to be known again.
    public let key: CommandKey?
    /// The condition; nil for none.
    public let precondition: Precondition?
    /// The credential that the command came with: it has to count at the head, too. Nil when none was needed.
    public let credential: ObjectID?
    /// What cuts and holds ask about the token that the command came with, where that is no credential of ours: the head is
    /// asked again. Nil for none.
    public let facts: CredentialFacts?
    private let spent: KeyUse

    /// Terms.
    public init(
        key: CommandKey? = nil,
        credential: ObjectID? = nil,
        facts: CredentialFacts? = nil,
        precondition: Precondition? = nil
    ) {
        self.init(key: key, credential: credential, facts: facts, precondition: precondition, spent: KeyUse())
    }

    /// The same terms of a question that is asked ahead of the command, which keeps the key.
    var withoutKey: CommandTerms { CommandTerms(credential: credential, facts: facts) }

    /// The same terms, and a condition that has to hold, too.
    public func adding(_ precondition: @escaping Precondition) -> CommandTerms {
        CommandTerms(key: key, credential: credential, facts: facts, precondition: precondition, spent: spent)
    }

    private init(
        key: CommandKey?,
        credential: ObjectID?,
        facts: CredentialFacts?,
        precondition: Precondition?,
        spent: KeyUse
    ) {
        self.key = key
        self.credential = credential
        self.facts = facts
        self.precondition = precondition
        self.spent = spent
    }

    /// Takes the key for one command; false when another has it already. A second command under one key would be taken
    /// for the first, sent again, and passed over.
    func takeKey() -> Bool { spent.take() }

    /// The terms of the command that the present task gives.
    @TaskLocal public static var current = CommandTerms()

    /// The key of an operator's request.
    ///
    /// - Parameters:
    ///   - key: As the operator chose it.
    ///   - operator: The operator's id.
    ///   - request: The bytes that tell what is asked.
    public static func key(_ key: String, of operator: String, request: [UInt8]) -> CommandKey {
        CommandKey(id: Fingerprint(of: "\(`operator`)\n\(key)"), request: Fingerprint(of: request))
    }
}

/// Whether the key of a request has its command.
private final class KeyUse: Sendable {
    private let isTaken = Atomic<Bool>(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}

extension CommandRefusal.Code {
    /// Whoever gives the command is gone, or what they gave it with ended, while it waited or at another node.
    public static let operatorGone = CommandRefusal.Code(description: "operator_gone")
    /// The key was used for another command.
    public static let keyReused = CommandRefusal.Code(description: "idempotency_key_reused")
    /// A command of this key is being carried out.
    public static let inProgress = CommandRefusal.Code(description: "in_progress")
    /// It was carried out before, and its answer held a secret that is shown once.
    public static let alreadyDone = CommandRefusal.Code(description: "already_done")
    /// What it was to change is no longer what the request names.
    public static let precondition = CommandRefusal.Code(description: "precondition_failed")
}

extension Command {
    /// What became of the command before, if its key was used; nil when it is to be carried out.
    ///
    /// - Throws: ``CommandRefusal`` when the key means another command.
    func repeated(in state: TrustState, at now: Timestamp) throws(CommandRefusal) -> Range<UInt64>? {
        if let key = terms.key, let use = state.commandKeys.use(of: key.id, at: now) {
            guard use.request == key.request else {
                throw CommandRefusal(.keyReused, "", "this idempotency key was used for another request")
            }
            guard !answersSecret else {
                throw CommandRefusal(
                    .alreadyDone,
                    "",
                    "this was done before; its answer held a secret that is shown once: ask for a new one"
                )
            }
            return use.revs
        }
        return nil
    }
}

/// The keys whose commands this node is carrying out.
final class KeysInProgress: Sendable {
    private let keys = Mutex<Set<Fingerprint>>([])

    /// Whether nobody else had it.
    func take(_ key: CommandKey) -> Bool { keys.withLock { $0.insert(key.id).inserted } }

    func release(_ key: CommandKey) { keys.withLock { _ = $0.remove(key.id) } }
}
