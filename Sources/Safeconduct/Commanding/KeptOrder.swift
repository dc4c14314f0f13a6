// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

// Lists whose order means nothing: what is put with the same elements in another order, or with one of them twice, is
// what is there already. It keeps the order that it has, so that an idempotent writer writes nothing.

extension Issuer {
    /// The same with the lists as they stand in `present`, where only their order differs.
    func keepingOrder(of present: Issuer?) -> Issuer {
        guard let present else { return self }
        var issuer = self
        issuer.audiences = kept(audiences, present.audiences) { Array($0.utf8) }
        issuer.algorithms = kept(algorithms, present.algorithms) { Array($0.utf8) }
        issuer.requiredClaims = JSONObject(
            requiredClaims.map { member in
                guard let new = member.value.arrayValue, let old = present.requiredClaims[member.key]?.arrayValue else {
                    return (member.key, member.value)
                }
                return (member.key, .array(kept(new, old) { $0.serialized() }))
            }
        )
        return issuer
    }
}

extension Api {
    /// The same with the hosts as they stand in `present`, where only their order differs.
    func keepingOrder(of present: Api?) -> Api {
        guard let present else { return self }
        var api = self
        api.hosts = kept(hosts, present.hosts) { Array($0.utf8) }
        return api
    }

    /// What is put with its operations in the order in which they stand in `present`; nil where they do, or are others.
    static func keepingOperations(of present: Api?, _ value: JSONValue) -> JSONValue? {
        guard let present, case .object(var object) = value, let new = object["operations"]?.arrayValue,
            new.count == present.operations.count
        else { return nil }
        let names = new.map { $0["name"]?.stringValue ?? "" }
        let old = present.operations.map(\.name)
        guard names != old, Set(names) == Set(old) else { return nil }
        let byName = Dictionary(zip(names, new), uniquingKeysWith: { first, _ in first })
        object["operations"] = .array(old.compactMap { byName[$0] })
        return .object(object)
    }
}

extension Identity {
    /// The same with the subjects as they stand in `present`, where only their order differs.
    func keepingOrder(of present: Identity?) -> Identity {
        guard let present else { return self }
        var identity = self
        identity.federation = kept(federation, present.federation) { binding in
            let parts: [JSONValue] = [
                .string(binding.issuer.description), .string(binding.subject), .object(binding.claims),
            ]
            return JSONValue.array(parts).serialized()
        }
        return identity
    }
}

/// `old` where it has the same elements, by their bytes.
private func kept<Element>(_ new: [Element], _ old: [Element], by bytes: (Element) -> [UInt8]) -> [Element] {
    Set(new.map(bytes)) == Set(old.map(bytes)) ? old : new
}
