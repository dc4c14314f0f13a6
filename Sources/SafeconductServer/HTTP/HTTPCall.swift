// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import NIOHTTP1
public import StrictJSON

/// One request that has arrived whole and whose caller is known: what a handler works on.
public struct HTTPCall: Sendable {
    /// The method.
    public let method: HTTPMethod
    /// The path as sent: neither decoded nor normalised.
    public let path: String
    /// What followed the first `?`, as sent; nil when there was none.
    public let query: String?
    /// The header fields.
    public let headers: HTTPHeaders
    /// The body; empty when there was none.
    public let body: [UInt8]
    /// The caller's `X-Request-ID`, or one made here.
    public let requestID: String
    /// Who calls.
    public internal(set) var caller: Caller
    /// The values of the route's `{name}` segments, decoded, in template order; last the raw rest of a `/*` route.
    public let parameters: [String]
    /// The trace it belongs to; nil when there is none.
    let trace: RequestTrace?

    /// A request.
    public init(
        method: HTTPMethod,
        path: String,
        query: String? = nil,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        requestID: String,
        caller: Caller,
        parameters: [String] = []
    ) {
        self.init(
            method: method,
            path: path,
            query: query,
            headers: headers,
            body: body,
            requestID: requestID,
            caller: caller,
            parameters: parameters,
            trace: nil
        )
    }

    init(
        method: HTTPMethod,
        path: String,
        query: String?,
        headers: HTTPHeaders,
        body: [UInt8],
        requestID: String,
        caller: Caller,
        parameters: [String],
        trace: RequestTrace?
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.requestID = requestID
        self.caller = caller
        self.parameters = parameters
        self.trace = trace
    }
}

extension HTTPCall {
    /// The body as JSON.
    public func json(limits: JSONLimits = .standard) throws(Problem) -> JSONValue {
        if body.isEmpty { throw Problem(.emptyBody, "the body is empty; one JSON text is expected") }
        do {
            return try JSONValue(parsing: body, limits: limits)
        } catch {
            throw Problem(error)
        }
    }

    /// The first value of the query parameter `name`, decoded; nil when absent, `""` when it has no `=`.
    public func queryValue(_ name: String) throws(Problem) -> String? {
        guard let query else { return nil }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let cut = pair.firstIndex(of: UInt8(ascii: "="))
            guard pair[..<(cut ?? pair.endIndex)].elementsEqual(name.utf8) else { continue }
            guard let cut else { return "" }
            guard let value = PercentEncoding.decode(pair[pair.index(after: cut)...], plusIsSpace: true) else {
                throw Problem(.invalidRequest, "the query parameter '\(name)' is not percent-encoded UTF-8")
            }
            return value
        }
        return nil
    }
}
