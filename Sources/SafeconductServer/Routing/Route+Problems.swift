// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

extension Route {
    /// Whether the route changes the control plane: its answer waits for an entry of the control log.
    var isCommand: Bool {
        guard [.operator, .identity].contains(audience), !changesNothing, isResource, let method else { return false }
        return method != .GET
    }

    /// The headers that requests of this route may have: its own, and those that follow from what it is.
    var headerParameters: [Parameter] {
        var parameters = document.headers
        if audience != .public { parameters.append(.atLeastRevision) }
        if isCommand { parameters.append(.idempotencyKey) }
        if document.isTagged {
            parameters.append(.ifNoneMatch)
            if isCommand { parameters.append(.ifMatch) }
        }
        return parameters
    }

    /// The headers that usual answers of this route have beside their own.
    var headersOfAnswers: [Parameter] {
        var headers: [Parameter] = []
        if audience != .public { headers.append(.revision) }
        if document.isTagged { headers.append(.tag) }
        return headers
    }

    /// Every refusal that a request to this route can meet, each once, in the order of their statuses.
    var problemCodes: [ProblemCode] {
        var codes: [ProblemCode] = [
            .malformedRequest, .requestTimeout, .targetTooLong, .unsupportedMediaType, .headersTooLarge, .internalError,
            .overloaded,
        ]
        codes.append(body.maximumBytes == 0 ? .invalidRequest : .bodyTooLarge)
        if audience != .public {
            codes += [.unauthenticated, .invalidCredential, .forbidden, .invalidRequest, .revisionUnreached]
        }
        if document.isTagged { codes.append(.invalidRequest) }
        if isResource { codes.append(.invalidRequest) }
        if case .json(_, let otherwise, let isOptional) = body {
            codes += [.invalidJSON, .invalidRequest, otherwise]
            if !isOptional { codes.append(.emptyBody) }
        }
        if isCommand {
            codes += [
                .denied, .notFound, .conflict, .inProgress, .alreadyDone, .refused, .idempotencyKeyReused, .unavailable,
            ]
            if document.isTagged { codes.append(.preconditionFailed) }
        }
        codes += document.problems
        var seen: Set<ProblemCode> = []
        return codes.filter { seen.insert($0).inserted }.sorted { ($0.status, $0.rawValue) < ($1.status, $1.rawValue) }
    }
}
