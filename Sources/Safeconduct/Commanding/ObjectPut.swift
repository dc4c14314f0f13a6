// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

/// One object of several that are registered together.
public struct ObjectPut: Sendable {
    /// What is described.
    public let kind: ObjectKind
    /// Its name.
    public let name: String
    /// The object as people write it.
    public let value: JSONValue

    /// The most objects of one command: while they are folded nobody else commands, and a cut waits, too.
    public static let limit = 1_000

    /// An object to register.
    public init(kind: ObjectKind, name: String, value: JSONValue) {
        self.kind = kind
        self.name = name
        self.value = value
    }
}
