// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
public import Hummingbird

/// Who a call is said to come from.
public enum CallSubject: Sendable {
    /// Whoever this bearer token proves.
    case proven(Redacted)
    /// Whoever this token proves, if the `DPoP` header field shows that the caller holds its key (RFC 9449 section 7.1). The
    /// second one is empty when the call has no such field.
    case bound(Redacted, proof: Redacted)
    /// An identity that the service itself vouches for, by name or id, because it authenticated the caller in a way of
    /// its own. The enforcement point needs the subject kind `asserted`.
    case asserted(String)
    /// Nobody: the call carries no credential. It is refused without being asked about.
    case nobody

    /// The longest token that the server looks at.
    private static let maximumBytes = 16 << 10

    /// The subject that the request's bearer token proves (RFC 6750 section 2.1). A request with two `Authorization`
    /// fields, another scheme or something that is no token has none.
    public static func bearer(in request: Request) -> CallSubject {
        guard case .proven(let token) = presented(in: request) else { return .nobody }
        return .proven(token)
    }

    /// The subject that the request's token proves, be it a bearer token or one that is bound to a key (RFC 9449 section
    /// 7.1). A request with two fields of one name, another scheme or something that is no token has none.
    public static func presented(in request: Request) -> CallSubject {
        let fields = request.headers[values: .authorization]
        guard fields.count == 1, let field = fields.first else { return .nobody }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count <= 6 else { return .nobody }
        let token = parts[1].utf8.drop { $0 == 0x20 }
        guard (1...maximumBytes).contains(token.count), token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .nobody
        }
        let text = Redacted(String(Substring(token)))
        switch parts[0].lowercased() {
        case "bearer": return .proven(text)
        case "dpop":
            guard let name = HTTPField.Name("dpop") else { return .nobody }
            let proofs = request.headers[values: name]
            guard proofs.count <= 1, (proofs.first ?? "").utf8.count <= maximumProofBytes else { return .nobody }
            return .bound(text, proof: Redacted(proofs.first ?? ""))
        default: return .nobody
        }
    }

    /// The longest proof that the server looks at.
    private static let maximumProofBytes = 8 << 10
}
