// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import TransparencyLog
public import TrustStore

/// A log's name here and the origin that its checkpoints carry.
public struct LogNameAndOrigin: Sendable {
    /// The name.
    public let name: LogName
    /// The origin (C2SP tlog-checkpoint).
    public let origin: String
}

extension Engine {
    /// The vkey of an evidence log: its node's key under the log's own origin.
    static func verifierKey(_ key: String, origin: String) -> String? {
        guard let bytes = Data(base64Encoded: key).map(Array.init), bytes.count == 33,
            let algorithm = VerifierKey.Algorithm(rawValue: bytes[0]), let publicKey = Hash32(bytes: bytes[1...]),
            let name = try? KeyName(origin)
        else { return nil }
        return VerifierKey(name: name, algorithm: algorithm, publicKey: publicKey).description
    }
}
