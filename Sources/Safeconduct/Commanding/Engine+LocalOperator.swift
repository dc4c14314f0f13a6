// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

extension Engine {
    /// The name of the operator that the local command line acts as.
    public static var localOperator: String { "local" }

    /// Makes sure that the local operator exists and that `tokenFile` holds a token of theirs that counts.
    ///
    /// Whoever can write the data directory can do this: that is what local recovery means. It leaves its entries, and
    /// the tokens before it end.
    public func provideLocalOperator(tokenFile: String) async throws(EngineError) {
        if let bytes = try PrivateFile.read(tokenFile) {
            let token = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
            if case .success(.operator(let local, _)) = caller(bearer: token), local.object.roles.contains(.owner) {
                return
            }
        }
        let node = self.node.id
        let put = await carryOut(
            Command(by: node) { state, now in
                var generator = SystemRandomNumberGenerator()
                let name = Self.localOperator(in: state)
                let id = state.find(name, kind: .operator) ?? ObjectID(kind: .operator, at: now, using: &generator)
                let custody = Custody(
                    owner: id,
                    purpose: "local-administration",
                    boundary: "local",
                    expiresAt: now.advanced(byMilliseconds: 365 * 86_400_000)
                )
                return [.putOperator(Operator(id: id, name: name, type: .human, custody: custody, roles: [.owner]))]
            }
        )
        try check(put)
        let name = Self.localOperator(in: view.state)
        let (outcome, token) = await issueBearer(to: name, kind: .operator, by: node)
        try check(outcome)
        guard let token else { throw EngineError(.internal, "no token was issued") }
        try PrivateFile.replace(tokenFile, Array((token.secret + "\n").utf8))
    }

    /// The name that is free for the local operator: a retired one is never used again.
    private static func localOperator(in state: TrustState) -> String {
        var name = localOperator
        var number = 1
        while let id = state.find(name, kind: .operator), state.operators[id]?.retired == true {
            number += 1
            name = "\(localOperator)-\(number)"
        }
        return name
    }

    private func check(_ outcome: CommandOutcome) throws(EngineError) {
        switch outcome {
        case .done: return
        case .refused(let refusal): throw EngineError(.internal, refusal.description)
        case .failed(let error): throw error
        }
    }
}
