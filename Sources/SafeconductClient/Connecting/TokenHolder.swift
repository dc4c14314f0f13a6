// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Holds the enforcement point's token and notices when its file changes.
final class TokenHolder: Sendable {
    /// The most bytes of a token file.
    private static let maximumBytes = 16 << 10
    /// A file is looked at no more often than this, however many requests there are.
    private static let interval = Duration.seconds(1)

    private struct State {
        var token: Redacted
        var readAt: ContinuousClock.Instant
    }

    private let path: String?
    private let state: Mutex<State>

    /// - Throws: ``ClientError`` when the file can't be read or does not hold one token.
    init(_ source: ClientConfiguration.Token) throws(ClientError) {
        switch source {
        case .fixed(let token):
            guard Self.isToken(token.secret.utf8) else {
                throw ClientError(.configuration, "the token is empty or has characters that no token has")
            }
            path = nil
            state = Mutex(State(token: token, readAt: .now))
        case .file(let path):
            guard let token = Self.read(path) else {
                throw ClientError(.configuration, "\(path): the file can't be read or does not hold one token")
            }
            self.path = path
            state = Mutex(State(token: token, readAt: .now))
        }
    }

    /// The present token.
    func current() -> Redacted {
        guard let path else { return state.withLock { $0.token } }
        let now = ContinuousClock.now
        let (token, isDue) = state.withLock { state in
            let isDue = now - state.readAt >= Self.interval
            // Whoever finds the file due reads it; the others go on with what is known.
            if isDue { state.readAt = now }
            return (state.token, isDue)
        }
        return isDue ? reread(path, instead: token) : token
    }

    /// Another token than `refused`, read at once; nil when the file still holds that one.
    func another(than refused: Redacted) -> Redacted? {
        guard let path else { return nil }
        let token = reread(path, instead: refused)
        return token == refused ? nil : token
    }

    /// A file that is being written, or is gone for a moment, leaves the last good token in force.
    private func reread(_ path: String, instead known: Redacted) -> Redacted {
        guard let token = Self.read(path) else { return known }
        state.withLock { $0.token = token }
        return token
    }

    private static func read(_ path: String) -> Redacted? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: maximumBytes + 1), data.count <= maximumBytes else { return nil }
        let words = [UInt8](data).split { $0 <= 0x20 }
        guard words.count == 1, let word = words.first, isToken(word) else { return nil }
        return Redacted(String(decoding: word, as: UTF8.self))
    }

    /// Visible ASCII alone: anything else could break out of the header field.
    private static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
