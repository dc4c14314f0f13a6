// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Ids that tell one request from another in answers, problems and the log.
struct RequestID {
    /// The longest id taken from a caller.
    static let maximumLength = 128

    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The stream of ids of one connection: begun by the system's generator, continued without a system call.
    private var state: UInt64

    init() {
        var generator = SystemRandomNumberGenerator()
        state = generator.next()
    }

    /// The caller's own id when it is 1 to 128 visible ASCII characters, so that it can stand in a header and a log
    /// line as it is; else a new one.
    mutating func adopt(_ presented: String?) -> String {
        guard let presented, Self.isAcceptable(presented) else { return next() }
        return presented
    }

    static func isAcceptable(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// A new id, `req_` and 26 digits.
    mutating func next() -> String {
        let high = advance()
        let low = advance()
        return String(unsafeUninitializedCapacity: 30) { buffer in
            var end = buffer.initialize(fromContentsOf: "req_".utf8)
            for word in [high, low] {
                for place in 0..<13 {
                    buffer.initializeElement(
                        at: end,
                        to: Self.digits[Int(truncatingIfNeeded: word >> (place * 5)) & 31]
                    )
                    end += 1
                }
            }
            return end
        }
    }

    /// SplitMix64: distinct values for 2^64 steps, which is all that is asked of it; no secret hangs on an id.
    private mutating func advance() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
