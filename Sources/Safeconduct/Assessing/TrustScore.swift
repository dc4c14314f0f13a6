// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON

/// How much behaviour and context speak for a caller or a callee, each 0 to 1000.
///
/// Until something has been observed the score is neutral and says so: 500, band `none`. No policy should read a neutral
/// score as a good one.
public struct TrustScore: Sendable, Equatable {
    /// A score in words.
    public enum Band: String, Sendable, CaseIterable {
        case high, medium, low, none
    }

    /// The whole.
    public let score: Int64
    /// The whole in words; `none` while nothing has been observed.
    public let band: Band
    /// The families the whole is made of.
    public let consistency, context, sensitivity, lineage: Int64

    /// The score of what has not been observed.
    public static let neutral = TrustScore(
        score: 500,
        band: .none,
        consistency: 500,
        context: 500,
        sensitivity: 500,
        lineage: 500
    )

    /// The same as policies see it.
    var record: Cedar.Record { self == .neutral ? Self.neutralRecord : made }

    private static let neutralRecord = TrustScore.neutral.made

    private var made: Cedar.Record {
        [
            "score": .long(score), "band": .string(Text(band.rawValue)), "consistency": .long(consistency),
            "context": .long(context), "sensitivity": .long(sensitivity), "lineage": .long(lineage),
        ]
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("score")
        writer.integer(score)
        writer.key("band")
        writer.string(band.rawValue)
        writer.endObject()
    }
}
