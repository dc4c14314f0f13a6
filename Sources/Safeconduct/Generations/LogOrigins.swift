// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// The origins of a data directory's logs, generation after generation.
///
/// A restored log may lack entries that others have seen, so it goes on under another origin and key; so does the
/// evidence, whose nodes get other numbers: two histories never share a name.
struct LogOrigins: Sendable {
    /// How many numbers the nodes of one generation have.
    static let slots: UInt16 = 256

    /// The control log's origin in each generation, the first being the first.
    let controls: [String]

    /// The generation that is written now, from 1.
    var generation: Int { max(1, controls.count) }

    /// The origin of the control log now.
    var control: String { controls.last ?? "" }

    /// The number that the node of a slot has in the present generation; nil for no slot.
    func number(ofSlot slot: UInt16) -> UInt16? {
        guard (1...Self.slots).contains(slot), let before = UInt16(exactly: generation - 1), before < 255 else {
            return nil
        }
        return slot + before * Self.slots
    }

    /// The origin of a log.
    func origin(of log: LogName) -> String {
        guard case .evidence(let number, _) = log else { return control }
        let generation = Int(number - 1) / Int(Self.slots)
        guard let control = controls.indices.contains(generation) ? controls[generation] : controls.last else {
            return ""
        }
        // The control log's origin is `<origin>/control`: its siblings share what stands before.
        return String(control.dropLast("control".count)) + log.description
    }

    /// What the origins of a generation's logs begin with.
    var bases: [String] { controls.map { String($0.dropLast("control".count)) } }
}

extension LogOrigins {
    /// The origins that a sealed store holds; makes the first one where there is none.
    ///
    /// - Parameter configured: What the operator wants to stand before `/control`.
    init(_ sealer: Sealer, configured: String?) throws(EngineError) {
        let bytes = try sealer.secret("origin") {
            var generator = SystemRandomNumberGenerator()
            let random = UInt64.random(in: .min ... .max, using: &generator)
            return Array("\(configured ?? "safeconduct.local/\(String(random, radix: 36))")/control".utf8)
        }
        let first = String(decoding: bytes, as: UTF8.self)
        if let configured, first != "\(configured)/control" {
            throw EngineError(
                .configuration,
                "the log of this data directory has the origin '\(first.dropLast(8))', not '\(configured)'"
            )
        }
        var controls = [first]
        while controls.count < 255, let next = try sealer.existingSecret(Self.secret(controls.count + 1)) {
            controls.append(String(decoding: next, as: UTF8.self))
        }
        self.init(controls: controls)
    }

    /// The secret that holds a generation's origin, from the second on.
    static func secret(_ generation: Int) -> String { "generation/\(generation)" }

    /// The secret that signs a generation's control log.
    static func key(_ generation: Int) -> String {
        generation == 1 ? "key/control" : "key/control/g\(generation)"
    }

    /// An origin for the generation after this one: no two restores make the same.
    func next() -> String {
        var generator = SystemRandomNumberGenerator()
        let mark = String(UInt32.random(in: .min ... .max, using: &generator), radix: 36)
        let base = controls.first.map { String($0.dropLast("control".count)) } ?? ""
        return "\(base)g\(generation + 1)-\(mark)/control"
    }
}
