// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON

/// Which foreign subject is which identity here: an issuer, its exact subject, and claims that must hold besides.
public struct SubjectBinding: Sendable {
    /// What bindings are looked up by: the issuer and the subject, byte by byte.
    public struct Key: Sendable, Hashable {
        private let bytes: [UInt8]

        /// The key of a subject of an issuer.
        public init(issuer: IssuerURL, subject: String) {
            // An issuer is ASCII without spaces, so the space separates.
            bytes = Array(issuer.description.utf8) + [0x20] + Array(subject.utf8)
        }
    }

    /// The issuer that vouches.
    public let issuer: IssuerURL
    /// `sub`, exactly.
    public let subject: String
    /// Claims that must hold besides: immutable ids rather than names that can be taken over.
    public let conditions: [ClaimCondition]

    /// A binding of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` when the subject is empty or longer than 1024 bytes, or there are more than
    ///   32 conditions.
    public init(
        issuer: IssuerURL,
        subject: String,
        conditions: [ClaimCondition] = []
    ) throws(WorkloadIdentityError) {
        guard (1...1024).contains(subject.utf8.count) else {
            throw WorkloadIdentityError(.rule, "a subject has 1 to 1024 bytes")
        }
        guard conditions.count <= 32 else {
            throw WorkloadIdentityError(.rule, "a subject binding has at most 32 conditions")
        }
        self.issuer = issuer
        self.subject = subject
        self.conditions = conditions
    }

    /// What this binding is looked up by.
    public var key: Key { Key(issuer: issuer, subject: subject) }

    /// Whether `subject` is the one bound.
    public func matches(_ subject: FederatedSubject) -> Bool {
        issuer == subject.issuer && sameBytes(self.subject, subject.subject)
            && conditions.allSatisfy { $0.isMet(by: subject.claims.members) }
    }
}

/// Which binding a foreign subject falls under.
public enum BindingMatch<Element: Sendable>: Sendable {
    /// Exactly one.
    case one(Element)
    /// None.
    case none
    /// More than one: who calls is not known, so nobody is let through.
    case ambiguous([Element])
}

extension FederatedSubject {
    /// What the bindings of this subject are looked up by.
    public var bindingKey: SubjectBinding.Key { SubjectBinding.Key(issuer: issuer, subject: subject) }

    /// Which of `candidates` binds this subject.
    ///
    /// - Parameters:
    ///   - candidates: Whatever is bound; all bindings of ``bindingKey`` must be among them.
    ///   - binding: The binding of a candidate.
    public func match<Element>(
        among candidates: some Sequence<Element>,
        by binding: (Element) -> SubjectBinding
    ) -> BindingMatch<Element> {
        let matching = candidates.filter { binding($0).matches(self) }
        switch matching.count {
        case 0: return .none
        case 1: return .one(matching[0])
        default: return .ambiguous(matching)
        }
    }
}
