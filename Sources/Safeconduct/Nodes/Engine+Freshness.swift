// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

extension Engine {
    /// How long ago the control log's head, as this node knows it, was asked for, in milliseconds (invariant 4). Beyond
    /// two seconds nothing is decided.
    public var staleness: Int64 { follower.age(at: clock.monotonic) }

    /// How many entries of the control log this node has seen and not taken up.
    public var lag: UInt64 { follower.lag }

    /// Whether what this node knows is fresh enough to decide by; an old state is brought up to date first, which blocks
    /// for one read of the head.
    public func isFresh() -> Bool {
        if staleness > Follower.staleAfter { follower.freshen() }
        return staleness <= Follower.staleAfter
    }

    /// Begins to follow what other nodes append, ten times a second, and to watch the clock; ends when the thread is
    /// stopped.
    public func startFollowing() -> FollowingThread {
        FollowingThread(every: 100) { [follower, clock] in
            follower.follow()
            // A clock that jumps while nobody asks is noticed all the same.
            _ = clock.now(head: follower.view.state.time)
        }
    }

    /// Follows to the head now, if it is long ago, on a thread that may wait.
    func freshen() async {
        guard staleness > Follower.staleAfter else { return }
        _ = try? await blocking { [follower] in follower.freshen() }
    }

    /// Follows to the head now, for an answer that has to know what another node wrote a moment ago. Of many who ask
    /// together one reads.
    ///
    /// A head that can't be read changes nothing; how old that makes what is known, ``staleness`` says.
    public func followHead() async { await heads.submit(()) }

    static var stale: QuestionRefusal {
        QuestionRefusal("state_stale", "this node has not heard from the control log for too long; it answers nothing")
    }
}
