// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
internal import Hummingbird

/// One attribute that policies may see, and where in the request it stands. What no rule names is never sent.
public struct RequestAttribute: Sendable {
    /// What an attribute's text is read as.
    public enum Kind: Sendable {
        /// The text itself.
        case string
        /// A whole number.
        case integer
        /// `true` or `false`.
        case boolean
    }

    enum Place: Sendable {
        case header(HTTPField.Name)
        case query(String)
    }

    let name: String
    let kind: Kind
    let place: Place

    /// The value of a header field.
    ///
    /// - Parameters:
    ///   - field: The field. A request that has it twice is refused: two readers could pick different ones.
    ///   - name: The attribute's name, as the operation is registered with it.
    public static func header(_ field: HTTPField.Name, as name: String, _ kind: Kind = .string) -> RequestAttribute {
        RequestAttribute(name: name, kind: kind, place: .header(field))
    }

    /// The value of a query parameter.
    ///
    /// - Parameters:
    ///   - parameter: The parameter. A request that has it twice is refused.
    ///   - name: The attribute's name, as the operation is registered with it.
    public static func query(_ parameter: String, as name: String, _ kind: Kind = .string) -> RequestAttribute {
        RequestAttribute(name: name, kind: kind, place: .query(parameter))
    }

    /// The attribute's value in a request; nil where it is absent.
    ///
    /// - Throws: ``RequestFault`` when it stands there twice or is not of its kind. Leaving it out would let a caller
    ///   choose whether a policy sees it.
    func value(in request: Request) throws(RequestFault) -> Question.Attribute? {
        let values: [String]
        switch place {
        case .header(let field): values = request.headers[values: field]
        case .query(let parameter): values = try QueryText.values(of: parameter, in: request.uri.query)
        }
        guard let text = values.first else { return nil }
        guard values.count == 1 else { throw RequestFault("'\(name)' is given more than once") }
        switch kind {
        case .string: return .string(text)
        case .integer:
            guard let number = Int64(text) else { throw RequestFault("'\(name)' is not a whole number") }
            return .integer(number)
        case .boolean:
            switch text {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default: throw RequestFault("'\(name)' is neither 'true' nor 'false'")
            }
        }
    }
}

/// Why a request is not even asked about: it can be read in two ways.
struct RequestFault: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
