// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import StrictJSON
internal import TransparencyLog
public import TrustModel
public import TrustStore

/// A whole check of a data directory, without its keys and without a server: every leaf of every log, the state they
/// fold to, the evidence against its anchors, and what the evidence refers to.
public struct DirectoryCheck: Sendable {
    /// What was found about one log.
    public struct Log: Sendable {
        /// Which log.
        public let name: LogName
        /// Its origin, as it says itself.
        public let origin: String
        /// How many leaves were read.
        public var leaves: UInt64 = 0
        /// How many of them have no body any more, each of which is a fault.
        public var withoutBody: UInt64 = 0
        /// How many anchors of it the control log holds; 0 for the control log.
        public var anchors = 0
        /// What is wrong with it; empty when nothing is.
        public var faults: [String] = []

        /// Takes over what the log says against itself.
        ///
        /// Nothing in this product erases a body: text that may have to be forgotten is forgotten by destroying its key
        /// (invariant 12), and the leaf stays as it is. So a body that is not there was taken away.
        mutating func take(_ check: LogCheck) {
            leaves = check.leaves
            withoutBody = check.absent.count
            // First: it is the one fault that a log of many others would push out of the list.
            faults = [check.absent.fault(of: check.leaves)].compactMap { $0 } + faults + check.faults
        }
    }

    /// The logs, the control log first.
    public private(set) var logs: [Log] = []
    /// What is wrong with the directory as a whole, or with a file of it.
    public private(set) var faults: [String] = []
    /// The state that the control log folds to, as far as it could be folded.
    public private(set) var state = TrustState()

    private var anchors: [String: [EvidenceAnchor]] = [:]
    private var openings: [LogOpening] = []
    /// More would tell nobody anything.
    private static let maximumFaults = 100

    /// Whether nothing is wrong.
    public var isClean: Bool { faults.isEmpty && logs.allSatisfy { $0.faults.isEmpty } }

    /// Checks the directory.
    ///
    /// - Throws: ``EngineError`` or `StoreError` when there is nothing that could be checked.
    public init(directory: String) throws {
        let files = try StoredFiles(reading: directory)
        for (file, fault) in try files.damage() { faults.append("\(file): \(fault)") }
        checkControl(files.control)
        for log in files.evidence { checkEvidence(log) }
        let present = Set(logs.map(\.origin))
        for origin in anchors.keys.sorted() where !present.contains(origin) {
            faults.append("the evidence log '\(origin)' is missing; the control log anchors it")
        }
    }

    // MARK: - The control log

    private mutating func checkControl(_ log: AuditedLog) {
        var report = Log(name: .control, origin: "")
        var fold: String?
        do {
            let (_, origin, key) = try log.head()
            report = Log(name: .control, origin: origin)
            var (state, openings, anchors) = (TrustState(), [LogOpening](), [String: [EvidenceAnchor]]())
            let findings = try log.check(signedBy: try VerifierKey(key)) { index, leaf in
                guard fold == nil else { return }
                do {
                    guard let body = leaf.body else { throw EngineError(.corrupt, "it has no body") }
                    let entry = try Entry(stored: body)
                    try state.apply(entry)
                    if case .logOpen(let opening) = entry.body { openings.append(opening) }
                    if case .anchorEvidence(let anchor) = entry.body {
                        anchors[anchor.origin, default: []].append(anchor)
                    }
                } catch {
                    fold = "entry \(index) can't be folded: \(Self.sentence(error))"
                }
            }
            (self.state, self.openings, self.anchors) = (state, openings, anchors)
            report.take(findings.check)
            if let fold { report.faults.append(fold) }
            // The key that signs is the one that the log itself names.
            if let opening = openings.last, opening.origin != origin || opening.verifyingKey != key {
                report.faults.append("its checkpoint has another origin or key than its newest opening")
            }
            if openings.isEmpty { report.faults.append("it was never opened") }
        } catch {
            report.faults.append(Self.sentence(error))
        }
        logs.append(report)
    }

    // MARK: - Evidence

    private mutating func checkEvidence(_ log: AuditedLog) {
        var report = Log(name: log.name, origin: "")
        do {
            let (_, origin, stated) = try log.head()
            report = Log(name: log.name, origin: origin)
            let anchored = anchors[origin] ?? []
            report.anchors = anchored.count
            let key = self.key(of: log.name, origin)
            if key == nil || key?.description != stated {
                report.faults.append("it was not signed by a node that the control log knows")
            }
            if LogOrigins(controls: openings.map(\.origin)).origin(of: log.name) != origin {
                report.faults.append("its origin is not one of this control log")
            }
            var dangling: [String] = []
            let state = self.state
            let findings = try log.check(signedBy: key, watching: Set(anchored.map(\.size))) { index, leaf in
                guard let body = leaf.body, dangling.count < Self.maximumFaults else { return }
                if let fault = Self.reference(of: body, in: state) { dangling.append("leaf \(index) \(fault)") }
            }
            report.take(findings.check)
            report.faults += dangling
            for anchor in anchored {
                if anchor.size > findings.check.leaves {
                    report.faults.append(
                        "it has \(findings.check.leaves) leaves; the control log anchors \(anchor.size)"
                    )
                } else if findings.roots[anchor.size]?.base64 != anchor.root {
                    report.faults.append("its first \(anchor.size) leaves are not those that the control log anchors")
                }
            }
        } catch {
            report.faults.append(Self.sentence(error))
        }
        report.faults = Array(report.faults.prefix(Self.maximumFaults))
        logs.append(report)
    }

    /// The key of the node whose log it is.
    private func key(of name: LogName, _ origin: String) -> VerifierKey? {
        guard case .evidence(let number, _) = name,
            let node = state.nodes.sorted.first(where: { $0.object.number == number }),
            let text = Engine.verifierKey(node.object.verifyingKey, origin: origin)
        else { return nil }
        return try? VerifierKey(text)
    }

    /// What a leaf names that the control log does not have; nil when it has everything.
    private static func reference(of body: [UInt8], in state: TrustState) -> String? {
        let limits = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 16, maximumValues: 1 << 22)
        guard let value = try? JSONValue(parsing: body, limits: limits), case .object(let leaf) = value else {
            return "is no JSON object"
        }
        if let rev = leaf["rev"]?.integerValue, rev < 0 || UInt64(rev) >= state.size {
            return "was written at revision \(rev), which the control log does not have"
        }
        for member in ["pep", "identity", "api", "issuer", "policies"] {
            guard let text = leaf[member]?.stringValue else { continue }
            guard let id = ObjectID(text), state.exists(id) else { return "names a \(member) that is not registered" }
        }
        do {
            if EvidenceLeaf.isDecision(body) { _ = try DecisionRecord(stored: body) }
            if EvidenceLeaf.isOutcome(body) { _ = try OutcomeRecord(stored: body) }
        } catch {
            return "can't be read: \(error.message)"
        }
        return nil
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as StoreError: error.message
        case let error as EngineError: error.message
        case let error as FoldError: error.message
        case let error as TransparencyLogError: error.message
        default: "it can't be read"
        }
    }
}
