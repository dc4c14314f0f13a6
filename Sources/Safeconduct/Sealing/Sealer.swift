// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import JOSE
internal import StrictJSON
internal import Synchronization
public import TrustModel
public import TrustStore

/// Encrypts free text and request attributes, each under a key of its subject and month, so that destroying one key
/// erases a subject's text everywhere while proofs stand (invariant 12).
public final class Sealer: Sendable {
    /// Bounded: emptied when full; a key that is needed again is read again. Emptied every minute, too: another node may
    /// have destroyed a key, and its text must not be readable here for much longer.
    private struct Cache {
        var keys: [String: SymmetricKey] = [:]
        var born = ContinuousClock.now
        /// Counts erasures: a key read before one must not be remembered after it.
        var erasures = 0
    }

    private let store: any SealedStore
    private let wrapping: SymmetricKey
    private let attributes: SymmetricKey
    private let cache = Mutex(Cache())
    private static let cacheLimit = 65_536
    private static let cacheAge = Duration.seconds(60)

    /// A sealer whose keys are wrapped by `master` and kept in `store`.
    public init(store: any SealedStore, master: MasterKey) {
        self.store = store
        wrapping = master.derived(for: "wrap/v1")
        attributes = master.derived(for: "attribute-digest/v1")
    }

    /// Encrypts `plain` for a subject in the month of `time`. Blocks on the first text of a subject in a month.
    public func seal(_ plain: [UInt8], for subject: ObjectID, at time: Timestamp) throws(EngineError) -> SealedText {
        let name = Self.name(subject, time)
        let key = try dataKey(name)
        do {
            let box = try AES.GCM.seal(plain, using: key, authenticating: Array(name.utf8))
            guard let combined = box.combined else { throw EngineError(.internal, "the cipher gave no box") }
            return SealedText(key: name, box: Base64URL.string(combined))
        } catch {
            throw EngineError(.internal, "sealing failed")
        }
    }

    /// Decrypts what ``seal(_:for:at:)`` made; nil when its key was destroyed.
    public func open(_ text: SealedText) throws(EngineError) -> [UInt8]? {
        guard let key = try existingKey(text.key) else { return nil }
        guard let box = Base64URL.decode(text.box),
            let plain = try? AES.GCM.open(
                AES.GCM.SealedBox(combined: box),
                using: key,
                authenticating: Array(text.key.utf8)
            )
        else { throw EngineError(.corrupt, "sealed text is not what its key sealed") }
        return Array(plain)
    }

    /// Destroys every key of a subject: what was sealed for it can't be read again, by anybody. How many there were.
    public func erase(_ subject: ObjectID) throws(EngineError) -> Int {
        // After the keys are gone, and even when only half of that was done: what was read in between is forgotten, too.
        defer {
            cache.withLock { cache in
                cache.keys = [:]
                cache.erasures += 1
            }
        }
        do { return try store.destroy(prefix: "data/\(subject)/") } catch { throw EngineError(error) }
    }

    /// Whether sealing for a subject in the month of `time` would not wait for the store.
    func isReady(for subject: ObjectID, at time: Timestamp) -> Bool {
        cached(Self.name(subject, time)).key != nil
    }

    /// Makes or reads the key of a subject and month; blocks.
    func prepare(for subject: ObjectID, at time: Timestamp) throws(EngineError) {
        _ = try dataKey(Self.name(subject, time))
    }

    private static func name(_ subject: ObjectID, _ time: Timestamp) -> String { "\(subject)/\(time.month)" }

    /// Keeps a secret of the engine's own, made by `make` when there is none yet.
    func secret(_ name: String, make: () -> [UInt8]) throws(EngineError) -> [UInt8] {
        do {
            if let blob = try store.read(name) { return try unwrap(blob, name) }
            return try unwrap(try store.insert(name, try wrap(make(), name)), name)
        } catch let error as StoreError {
            throw EngineError(error)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.internal, "\(error)")
        }
    }

    /// A secret of the engine's own; nil when it was never made.
    func existingSecret(_ name: String) throws(EngineError) -> [UInt8]? {
        let blob: [UInt8]?
        do { blob = try store.read(name) } catch { throw EngineError(error) }
        guard let blob else { return nil }
        return try unwrap(blob, name)
    }

    /// Keeps a secret in the place of the one that had this name before, which is destroyed first: for a moment there is
    /// none, and never an old one.
    func replaceSecret(_ name: String, _ bytes: [UInt8]) throws(EngineError) {
        do {
            _ = try store.destroy(prefix: "\(name)/")
            _ = try store.insert("\(name)/secret", try wrap(bytes, "\(name)/secret"))
        } catch let error as StoreError {
            throw EngineError(error)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.internal, "\(error)")
        }
    }

    /// The secret that was kept by ``replaceSecret(_:_:)``; nil when there is none.
    func replaceableSecret(_ name: String) throws(EngineError) -> [UInt8]? { try existingSecret("\(name)/secret") }

    /// Seals what leaves the store, so that only whoever has the master key reads or makes it.
    func close(_ bytes: [UInt8], as name: String) throws(EngineError) -> [UInt8] { try wrap(bytes, "file/\(name)") }

    /// Opens what ``close(_:as:)`` sealed.
    func open(_ box: [UInt8], as name: String) throws(EngineError) -> [UInt8] { try unwrap(box, "file/\(name)") }

    /// A keyed digest of what may not be recorded: equal values are seen to be equal, and no more.
    func digest(of bytes: [UInt8]) -> String {
        Base64URL.string(Array(HMAC<SHA256>.authenticationCode(for: bytes, using: attributes)).prefix(16))
    }

    private func dataKey(_ name: String) throws(EngineError) -> SymmetricKey {
        let (key, erasures) = cached(name)
        if let key { return key }
        let bytes = try secret("data/\(name)") { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
        return remember(name, bytes, erasures)
    }

    private func existingKey(_ name: String) throws(EngineError) -> SymmetricKey? {
        let (key, erasures) = cached(name)
        if let key { return key }
        let blob: [UInt8]?
        do { blob = try store.read("data/\(name)") } catch { throw EngineError(error) }
        guard let blob else { return nil }
        return remember(name, try unwrap(blob, "data/\(name)"), erasures)
    }

    private func cached(_ name: String) -> (key: SymmetricKey?, erasures: Int) {
        cache.withLock { cache in
            if ContinuousClock.now - cache.born > Self.cacheAge { cache.keys = [:] }
            return (cache.keys[name], cache.erasures)
        }
    }

    private func remember(_ name: String, _ bytes: [UInt8], _ erasures: Int) -> SymmetricKey {
        let key = SymmetricKey(data: bytes)
        cache.withLock { cache in
            guard cache.erasures == erasures else { return }
            if cache.keys.count >= Self.cacheLimit { cache.keys = [:] }
            if cache.keys.isEmpty { cache.born = .now }
            cache.keys[name] = key
        }
        return key
    }

    private func wrap(_ bytes: [UInt8], _ name: String) throws(EngineError) -> [UInt8] {
        guard let box = try? AES.GCM.seal(bytes, using: wrapping, authenticating: Array(name.utf8)).combined else {
            throw EngineError(.internal, "the cipher gave no box")
        }
        return Array(box)
    }

    private func unwrap(_ blob: [UInt8], _ name: String) throws(EngineError) -> [UInt8] {
        guard
            let plain = try? AES.GCM.open(
                AES.GCM.SealedBox(combined: blob),
                using: wrapping,
                authenticating: Array(name.utf8)
            )
        else { throw EngineError(.configuration, "the master key is not the one this data directory was made with") }
        return Array(plain)
    }
}
