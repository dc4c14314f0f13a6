
import Foundation
import TrustModel

/// This machine's clock, for what is shown to people; nothing is decided by it.
enum LocalClock {
    /// The time now.
    static func now() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
