// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1
internal import StrictJSON

/// What the server answered to one request.
struct ServerAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The body as JSON.
    ///
    /// - Throws: ``ClientError`` unless the answer says that it is JSON, and is.
    func json() throws(ClientError) -> JSONValue {
        guard isOfType("application/json") else {
            throw ClientError(.garbled, "the answer is not declared as JSON", status: status)
        }
        do {
            return try JSONValue(parsing: body, limits: Self.limits(body.count))
        } catch {
            throw ClientError(.garbled, "the answer is not JSON", status: status)
        }
    }

    /// What an answer without success means.
    func failure() -> ClientError {
        let problem = problem()
        let code: ClientError.Code =
            switch status {
            case 401: .unauthenticated
            case 429, 500...599: .unavailable
            case 400...499: .refused
            default: .garbled
            }
        let name = problem?["code"]?.stringValue.flatMap { Self.isName($0) ? $0 : nil }
        return ClientError(
            code,
            "the server answered \(status)" + (name.map { " (\($0))" } ?? ""),
            status: status,
            problem: name,
            retryAfter: headers.first(name: "retry-after").flatMap(Int64.init).flatMap { seconds in
                (0...86_400).contains(seconds) ? .seconds(seconds) : nil
            }
        )
    }

    private func problem() -> JSONValue? {
        guard isOfType("application/problem+json") else { return nil }
        return try? JSONValue(parsing: body, limits: Self.limits(body.count))
    }

    private func isOfType(_ type: String) -> Bool {
        let fields = headers["content-type"]
        guard fields.count == 1, let field = fields.first else { return false }
        let named = field.prefix { $0 != ";" }.lowercased()
        return named.utf8.elementsEqual(type.utf8) || named.utf8.elementsEqual((type + " ").utf8)
    }

    /// What the server calls a refusal goes into logs, so it has to look like a name.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
            }
    }

    private static func limits(_ bytes: Int) -> JSONLimits {
        JSONLimits(maximumBytes: max(bytes, 1), maximumDepth: 32, maximumValues: 1 << 18)
    }
}
