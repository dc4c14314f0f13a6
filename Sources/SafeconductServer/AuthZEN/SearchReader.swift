// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension EvaluationReader {
    /// A request to one of the search endpoints (sections 8.4 to 8.6).
    ///
    /// Of the part that is sought only the type is read, whatever else stands there; actions have no type, so a search
    /// for them has no action at all.
    static func search(_ value: JSONValue, for sought: AccessSearch.Sought) throws(Problem) -> AccessSearch {
        let request = try object(value, at: .top)
        let subject = try entity("subject", of: request, isSought: sought == .subject)
        let action =
            sought == .action ? Evaluation.Action(name: "") : try action(request, .none, at: .top)
        let resource = try entity("resource", of: request, isSought: sought == .resource)
        return AccessSearch(
            sought: sought,
            subject: subject,
            action: action,
            resource: resource,
            context: try optionalObject("context", of: request, at: .top) ?? JSONObject(),
            page: try page(request)
        )
    }

    private static func entity(
        _ name: String,
        of request: JSONObject,
        isSought: Bool
    ) throws(Problem) -> Evaluation.Entity {
        guard isSought else { return try entity(name, request, .none, nil, at: .top) }
        let part = try Part(name, request, .none, at: .top)
        return Evaluation.Entity(type: try part.string("type"), id: "")
    }

    private static func page(_ request: JSONObject) throws(Problem) -> AccessSearch.PageRequest {
        guard let page = try optionalObject("page", of: request, at: .top) else {
            return AccessSearch.PageRequest(token: nil, limit: nil, isStated: false)
        }
        let place = Place.top.member("page")
        let token = try optionalString("token", of: page, at: place)
        var limit: Int?
        if let value = present("limit", of: page) {
            guard case .integer(let number) = value else {
                throw wrongType("an integer", value, at: place.member("limit"))
            }
            guard number > 0 else {
                throw fault("invalid_value", "a page has at least one result", at: place.member("limit"))
            }
            limit = Int(min(number, Int64(AccessSearch.maximumResults)))
        }
        // An empty token is what the last page ends with: asked for, it is the first page.
        return AccessSearch.PageRequest(token: token?.isEmpty == true ? nil : token, limit: limit, isStated: true)
    }
}
