// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON

/// Something in a policy set that its author should look at, or has to mend.
public struct PolicyFinding: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable, CaseIterable {
        /// The set is not activated.
        case error
        /// It may be activated.
        case warning
    }

    /// How bad it is.
    public let severity: Severity
    /// The stable name of what it is: `syntax`, `unknown_remedy`, `shadowed`, ...
    public let code: String
    /// The file; empty when it is about all of them.
    public let file: String
    /// Where in it, from 1.
    public let line, column: Int
    /// The policy it is about; nil when it is about none in particular.
    public let policy: String?
    /// What is so.
    public let message: String
    /// What would help; nil when the message says so.
    public let help: String?

    init(
        _ severity: Severity,
        _ code: String,
        file: String,
        _ position: SourcePosition?,
        policy: String? = nil,
        _ message: String,
        help: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.file = file
        line = position?.line ?? 1
        column = position?.column ?? 1
        self.policy = policy
        self.message = Excerpt.of(message)
        self.help = help.map(Excerpt.of)
    }

    init(_ refusal: PolicyRefusal) {
        self.init(
            .error,
            refusal.code,
            file: refusal.file,
            refusal.position,
            policy: refusal.policy,
            refusal.message,
            help: refusal.help
        )
    }

    /// A warning about one policy.
    init(
        _ code: String,
        _ marked: MarkedPolicy,
        at position: SourcePosition? = nil,
        _ message: String,
        help: String? = nil
    ) {
        self.init(
            .warning,
            code,
            file: marked.file,
            position ?? marked.policy.position,
            policy: marked.policy.id.string,
            message,
            help: help
        )
    }

    /// `file:line:column: message`, with what would help.
    public var description: String {
        let place = file.isEmpty ? "" : "\(file):\(line):\(column): "
        return place + message + (help.map { " (\($0))" } ?? "")
    }
}
