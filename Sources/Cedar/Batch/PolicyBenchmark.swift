// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// How long decisions take: policies, entities and requests are read once, then asked in rounds.
///
/// A time is from the request as a value to the answer as a value, and includes that of reading the clock twice.
public struct PolicyBenchmark: Sendable {
    /// What is asked about a request.
    public enum Question: Int, Sendable, CaseIterable {
        /// The decision: ``PolicySet/authorize(_:entities:)``.
        case decision
        /// The decision by asking each policy whose scope matches, as an explanation has to, when these are known:
        /// ``PolicySet/authorize(_:among:entities:)``.
        case eachCandidate
        /// The decision and why: ``PolicySet/explain(_:entities:limits:)`` without the search for a change.
        case explanation
        /// The same with the search.
        case change
    }

    /// The policies.
    public let policies: PolicySet
    /// What reading and indexing them took, in nanoseconds.
    public let loadNanoseconds: Int64
    /// The entities.
    public let entities: EntityStore
    /// The requests.
    public let requests: [AuthorizationRequest]
    // For each question and each request what each round took.
    private var samples: [[[Int64]]]

    /// Reads everything.
    ///
    /// - Parameters:
    ///   - policies: Cedar text.
    ///   - entities: A JSON array in Cedar's entity form.
    ///   - requests: A JSON array of requests, or an object with one as its `requests`.
    ///   - limits: Of the JSON texts; policies have as many bytes at most.
    public init(
        policies: [UInt8],
        entities: [UInt8],
        requests: [UInt8],
        limits: JSONLimits
    ) throws(PolicyBenchmarkError) {
        do throws(ParseError) {
            let clock = ContinuousClock()
            let start = clock.now
            self.policies = try PolicySet(
                parsing: policies,
                limits: ParserLimits(maximumBytes: limits.maximumBytes)
            )
            loadNanoseconds = (clock.now - start).nanoseconds
        } catch {
            throw .policies(error)
        }
        do throws(EntityReadError) {
            self.entities = try EntityStore(parsing: entities, limits: limits)
        } catch {
            throw .entities(error)
        }
        self.requests = try Self.read(requests, limits)
        samples = []
        forget()
    }

    private static func read(
        _ bytes: [UInt8],
        _ limits: JSONLimits
    ) throws(PolicyBenchmarkError) -> [AuthorizationRequest] {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw .json(error)
        }
        guard let list = json.arrayValue ?? json["requests"]?.arrayValue else { throw .noRequests }
        var requests: [AuthorizationRequest] = []
        for (index, element) in list.enumerated() {
            do throws(EntityFormatError) {
                requests.append(try AuthorizationRequest(json: element))
            } catch {
                throw .request(index, error)
            }
        }
        return requests
    }

    /// Asks a question about every request once. With `isCounted` false nothing is noted: to warm up.
    public mutating func round(_ question: Question = .decision, isCounted: Bool = true) {
        for index in requests.indices {
            let request = requests[index]
            let candidates =
                question == .eachCandidate ? policies.candidates(for: request, entities: entities) : []
            let time =
                switch question {
                case .decision: time { policies.authorize(request, entities: entities) }
                case .eachCandidate:
                    time { policies.authorize(request, among: candidates, entities: entities) }
                case .explanation: time { policies.explain(request, entities: entities, limits: .withoutChange) }
                case .change: time { policies.explain(request, entities: entities) }
                }
            if isCounted { samples[question.rawValue][index].append(time) }
        }
    }

    /// Forgets all times.
    public mutating func forget() {
        let none = Array(repeating: [Int64](), count: requests.count)
        samples = Array(repeating: none, count: Question.allCases.count)
    }

    // An answer ends with its use, so its end counts, too: what is put together must be taken apart.
    @inline(__always)
    private func time<Answer>(_ ask: () -> Answer) -> Int64 {
        let clock = ContinuousClock()
        let start = clock.now
        withExtendedLifetime(ask()) {}
        return (clock.now - start).nanoseconds
    }

    /// For each request what each round of a question took, in nanoseconds.
    public func samples(of question: Question) -> [[Int64]] { samples[question.rawValue] }

    /// What a share of all rounds of a question did not exceed, in nanoseconds; 0 when it was not asked.
    public func quantile(_ fraction: Double, of question: Question) -> Int64 {
        Self.quantile(samples[question.rawValue].flatMap(\.self).sorted(), fraction)
    }

    /// The answer to each request.
    public var answers: [AuthorizationResponse] { requests.map { policies.authorize($0, entities: entities) } }

    /// `{"policies", "load_ns", "p50_ns", "p99_ns", "explanation", "requests": [{"ns", "min_ns", "decision", "reason",
    /// "errors"}]}`: for each request the median and the least of its decision's times.
    ///
    /// `explanation`, there when explanations were asked for, is `{"p50_ns", "change_p50_ns", "each_candidate_p50_ns"}`:
    /// an explanation without and with the search for a change, and a decision by asking each candidate.
    public var json: JSONValue {
        let results = zip(samples(of: .decision), answers).map { times, answer -> JSONValue in
            guard case .object(var object) = answer.json else { return .null }
            let sorted = times.sorted()
            object["ns"] = .integer(Self.quantile(sorted, 0.5))
            object["min_ns"] = .integer(sorted.first ?? 0)
            return .object(object)
        }
        var members = JSONObject([
            ("policies", .integer(Int64(policies.policies.count))), ("load_ns", .integer(loadNanoseconds)),
            ("p50_ns", .integer(quantile(0.5, of: .decision))), ("p99_ns", .integer(quantile(0.99, of: .decision))),
        ])
        if samples(of: .explanation).contains(where: { !$0.isEmpty }) {
            members["explanation"] = [
                "p50_ns": .integer(quantile(0.5, of: .explanation)),
                "change_p50_ns": .integer(quantile(0.5, of: .change)),
                "each_candidate_p50_ns": .integer(quantile(0.5, of: .eachCandidate)),
            ]
        }
        members["requests"] = .array(results)
        return .object(members)
    }

    /// The time that a share of `sorted` did not exceed; 0 when there are none.
    public static func quantile(_ sorted: [Int64], _ fraction: Double) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
    }
}

/// Why nothing can be timed.
public enum PolicyBenchmarkError: Error, Sendable {
    /// The policies do not parse.
    case policies(ParseError)
    /// The entities cannot be read.
    case entities(EntityReadError)
    /// The requests are no JSON.
    case json(JSONError)
    /// There are no requests.
    case noRequests
    /// The request at a place, counted from 0, is of the wrong form.
    case request(Int, EntityFormatError)
}

extension PolicyBenchmarkError: CustomStringConvertible {
    /// A sentence for people.
    public var description: String {
        switch self {
        case .policies(let error): "policies:\(error.position.line):\(error.position.column): \(error.message)"
        case .entities(.json(let error)): "entities:\(error.line):\(error.column): \(error.message)"
        case .entities(.format(let error)): "entities: \(error.pointer): \(error.message)"
        case .entities(.store(let error)): "entities: \(error.message)"
        case .json(let error): "requests:\(error.line):\(error.column): \(error.message)"
        case .noRequests: "requests: an array of requests is needed, or an object with one as its 'requests'"
        case .request(let index, let error): "requests: /\(index)\(error.pointer): \(error.message)"
        }
    }
}

extension Duration {
    /// Whole nanoseconds.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
