// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How much is tried: `SAFECONDUCT_EFFORT` times what every run tries, once when it is unset.
///
/// Every run starts from fresh seeds, so many short runs try as much as a long one.
enum Effort {
    static let factor =
        ProcessInfo.processInfo.environment["SAFECONDUCT_EFFORT"].flatMap(Int.init).map { max(1, $0) } ?? 1

    /// The rounds of a property of which every run tries `count`.
    static func rounds(_ count: Int) -> Int { count * factor }

    /// Whether a check too slow for all cases in a build for debugging is made of the case `index`: of one in `share`,
    /// other ones in each run. With more effort, and in a release build, it is made of all.
    static func takes(_ index: Int, oneIn share: Int) -> Bool {
        #if DEBUG
        return factor > 1 || index % share == start % share
        #else
        return true
        #endif
    }

    private static let start = Int.random(in: 0..<10_000)
}
