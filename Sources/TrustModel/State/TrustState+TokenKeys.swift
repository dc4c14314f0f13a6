// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

extension TrustState {
    /// The token keys whose signatures count at `now`, or will: neither over nor cut. Those that sign latest come first.
    public func liveTokenKeys(at now: Timestamp) -> [Record<TokenKey>] {
        tokenKeys.sorted.filter { record in
            record.object.acceptedUntil > now && !isCut(record)
        }.sorted { $0.object.signsFrom > $1.object.signsFrom }
    }

    /// The key that signs at `now`: of those that may, the one that was to begin last. Nil when there is none.
    public func signingTokenKey(at now: Timestamp) -> Record<TokenKey>? {
        liveTokenKeys(at: now).first { $0.object.signsFrom <= now && now < $0.object.signsUntil }
    }

    /// Whether a cut has ended what the key signs and signed: one of the key, or of everything.
    ///
    /// A restored log begins with a cut of everything. Tokens from the lost part of the log name later revisions than that
    /// cut has, so that it does not reach them; their key it does.
    private func isCut(_ record: Record<TokenKey>) -> Bool {
        [Scope(.key, record.object.fingerprint.thumbprint), Scope(.all)].contains { scope in
            revocations.mark(on: scope).map { $0.rev > record.rev } ?? false
        }
    }
}
