// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// The context that policies see, made of what the engine knows; what a caller sends stands apart under `request`.
struct CallContext: Sendable {
    let now: Timestamp
    /// What is decided.
    var act = Act.call
    let assurance: Int64
    let binding: String
    let proven: Bool
    let issuer: String
    /// Who acts for whom.
    var chain: ChainContext
    let callerScore: TrustScore
    let apiScore: TrustScore
    /// The task of the call; nil when it belongs to none.
    var task: CallTask?
    /// The operation's method: policies read it as `request.method`, whatever the caller says of it.
    var method: String
    /// The request attributes that the operation names, as they came.
    var attributes: JSONObject

    /// The record without `met`.
    ///
    /// - Parameter reader: What the policies' schema says of the request's attributes; nil when it says nothing.
    /// - Throws: ``RequestFault`` when they are something else.
    func record(_ reader: RequestReader?) throws(RequestFault) -> Cedar.Record {
        let request: Cedar.Record =
            if act == .issue {
                // What a set requires of requests it requires of calls.
                Cedar.Record([])
            } else if let reader { try reader.read(attributes) } else {
                Cedar.Record(attributes.compactMap(Self.attribute))
            }
        let record: Cedar.Record = [
            "now": .datetime(DatetimeValue(milliseconds: now.milliseconds)),
            "trust": .record(["caller": .record(callerScore.record), "api": .record(apiScore.record)]),
            "caller": .record([
                "assurance": .long(assurance), "binding": .string(Text(binding)), "proven": .bool(proven),
                "issuer": .string(Text(issuer)),
            ]),
            "chain": .record(chain.record),
            "request": .record(request.setting("method", to: .string(Text(method)))),
        ]
        return task.map { record.setting("task", to: .record($0.record)) } ?? record
    }

    /// Cedar has no null and no fractions but decimals: null is absent, and the engine does not decide a question with a
    /// number that does not fit (``holds(_:)``).
    private static func attribute(_ member: JSONObject.Member) -> (Text, Value)? {
        value(member.value).map { (Text(member.key), $0) }
    }

    /// Whether Cedar can hold all of `json`: an attribute dropped in silence could be the one that a policy forbids by.
    static func holds(_ json: JSONValue) -> Bool {
        switch json {
        case .null, .bool, .integer, .string: true
        case .number(let literal): DecimalValue(literal) != nil
        case .array(let elements): elements.allSatisfy(holds)
        case .object(let object): object.allSatisfy { holds($0.value) }
        }
    }

    /// A request attribute as a Cedar value; nil for null and for numbers that Cedar can't hold.
    static func value(_ json: JSONValue) -> Value? {
        switch json {
        case .null: nil
        case .bool(let flag): .bool(flag)
        case .integer(let number): .long(number)
        case .number(let literal): DecimalValue(literal).map { .decimal($0) }
        case .string(let text): .string(Text(text))
        case .array(let elements): .set(ValueSet(elements.compactMap(value)))
        case .object(let object): .record(Cedar.Record(object.compactMap(attribute)))
        }
    }
}
