// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import StrictJSON

/// What a caller gets who is not let through: a problem (RFC 9457) that tells what would help, and no policy.
struct Refusal {
    let status: HTTPResponse.Status
    let code: String
    let title: String
    let detail: String
    var decision: Decision?
    var fields: [(name: HTTPField.Name, value: String)] = []

    /// The request can be read in two ways.
    static func malformed(_ fault: RequestFault) -> Refusal {
        Refusal(
            status: .badRequest,
            code: "malformed_request",
            title: "The request can't be decided about",
            detail: fault.message
        )
    }

    /// The call carries no credential (RFC 6750 section 3.1: then no error is named).
    static func unauthenticated(realm: String) -> Refusal {
        Refusal(
            status: .unauthorized,
            code: "unauthenticated",
            title: "A credential is required",
            detail: "the call carries no bearer token",
            fields: [(.wwwAuthenticate, "Bearer realm=\"\(realm)\"")]
        )
    }

    /// There is no answer, so the call is not let through. Why is the service's business, not its callers'.
    static func unavailable(_ error: ClientError) -> Refusal {
        let wait = error.retryAfter ?? .seconds(1)
        return Refusal(
            status: .serviceUnavailable,
            code: "unavailable",
            title: "The call can't be decided about now",
            detail: "no decision was to be had in time",
            fields: [(.retryAfter, String(max(1, wait.components.seconds)))]
        )
    }

    /// The decision is no.
    init(_ decision: Decision) {
        self.decision = decision
        detail = decision.message ?? "the call is denied"
        if let wait = decision.retryAfter {
            status = .tooManyRequests
            code = "too_many_requests"
            title = "Too many requests"
            let (seconds, rest) = wait.components
            fields.append((.retryAfter, String(max(1, seconds + (rest > 0 ? 1 : 0)))))
        } else if decision.outcome == "challenge" {
            // RFC 9470 section 3: the token is valid, and more is wanted.
            status = .unauthorized
            code = "challenge_required"
            title = "More has to be proven"
        } else if decision.reason != "scope_insufficient",
            decision.callerFields.contains(where: { $0.name == .wwwAuthenticate })
        {
            // Of a token that is not for the operation RFC 6750 section 3.1 says 403, and tells the scope as well.
            status = .unauthorized
            code = "invalid_credential"
            title = "The credential is not accepted"
        } else {
            status = .forbidden
            code = "denied"
            title = "The call is denied"
        }
        fields += decision.callerFields
    }

    private init(
        status: HTTPResponse.Status,
        code: String,
        title: String,
        detail: String,
        fields: [(name: HTTPField.Name, value: String)] = []
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.fields = fields
    }

    /// The answer on the wire.
    ///
    /// - Parameter instance: The id of the request.
    func response(instance: String?) -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        for field in fields where HTTPField.isValidValue(field.value) {
            headers.append(HTTPField(name: field.name, value: field.value))
        }
        if let name = HTTPField.Name.decisionID, let id = decision?.id { headers[name] = id }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body(instance))))
    }

    private func body(_ instance: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        let members = [
            ("type", "https://safeconduct.dev/problems/\(code)"), ("title", title), ("detail", detail), ("code", code),
            ("instance", instance), ("decision_id", decision?.id), ("reason", decision?.reason),
            ("outcome", decision?.outcome),
        ]
        writer.key("status")
        writer.integer(Int64(status.code))
        for case (let name, let text?) in members {
            writer.key(name)
            writer.string(text)
        }
        if let remedies = decision?.remedies, !remedies.isEmpty {
            writer.key("remedies")
            writer.beginArray()
            for remedy in remedies { writer.string(remedy) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }
}

extension Decision {
    /// What the caller is told in the header.
    var callerFields: [(name: HTTPField.Name, value: String)] {
        fields.compactMap { field in HTTPField.Name(field.name).map { ($0, field.value) } }
    }
}

extension HTTPField.Name {
    /// Under which decision a call was let through or refused.
    static let decisionID = HTTPField.Name("safeconduct-decision-id")
}
