// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Every way in which the server refuses a request, by its stable name.
///
/// This is the one table from code to HTTP status and title; nothing else in the product chooses a status.
public enum ProblemCode: String, Sendable, CaseIterable {
    /// The bytes are not an HTTP/1.1 request.
    case malformedRequest = "malformed_request"
    /// The body is not one JSON text.
    case invalidJSON = "invalid_json"
    /// The body is JSON, but not what the route takes.
    case invalidRequest = "invalid_request"
    /// The route takes a body and there is none.
    case emptyBody = "empty_body"
    /// The body is not declared as JSON, on a route whose standard answers 400 to that (AuthZEN).
    case wrongContentType = "wrong_content_type"
    /// More evaluations than one request may carry.
    case tooManyEvaluations = "too_many_evaluations"
    /// No credential, on a route that needs one.
    case unauthenticated = "unauthenticated"
    /// A credential that nobody here knows, or that is no longer valid.
    case invalidCredential = "invalid_credential"
    /// A credential that is good, and not good enough for this call (RFC 9470).
    case challengeRequired = "challenge_required"
    /// An authenticated caller who may not ask this.
    case forbidden = "forbidden"
    /// The call that an enforcement point asked about is denied.
    case denied = "denied"
    /// No object of that id or name.
    case notFound = "not_found"
    /// No route of that path.
    case unknownRoute = "unknown_route"
    /// The path exists, not for this method.
    case methodNotAllowed = "method_not_allowed"
    /// The request took longer to arrive than it may.
    case requestTimeout = "request_timeout"
    /// The change contradicts the present state.
    case conflict = "conflict"
    /// A budget does not have that much left.
    case budgetExhausted = "budget_exhausted"
    /// Something else was told of the decision before.
    case outcomeDiffers = "outcome_differs"
    /// It is too late to tell what came of the decision.
    case outcomeLate = "outcome_late"
    /// The object has another version than the one named.
    case preconditionFailed = "precondition_failed"
    /// The idempotency key was used for another request.
    case idempotencyKeyReused = "idempotency_key_reused"
    /// A request of this idempotency key is being answered.
    case inProgress = "in_progress"
    /// The request was answered before with a secret that is shown once.
    case alreadyDone = "already_done"
    /// This node does not stand at the revision asked for.
    case revisionUnreached = "revision_unreached"
    /// The log has no such revision: it is another one, or was restored.
    case revisionUnknown = "revision_unknown"
    /// The body is larger than the route takes.
    case bodyTooLarge = "body_too_large"
    /// The path and query are longer than any route needs.
    case targetTooLong = "target_too_long"
    /// The body's media type or coding is not the one the route takes.
    case unsupportedMediaType = "unsupported_media_type"
    /// Well formed, and refused by a rule of the domain.
    case refused = "refused"
    /// Too many requests from this caller.
    case tooManyRequests = "too_many_requests"
    /// The header section is larger than allowed.
    case headersTooLarge = "headers_too_large"
    /// A defect of the server.
    case internalError = "internal_error"
    /// What a log has stored contradicts itself: it was damaged or altered.
    case logDamaged = "log_damaged"
    /// The server holds more request bytes than it may.
    case overloaded
    /// A part that the answer needs does not answer.
    case unavailable
    /// The server does not take requests yet, or no longer.
    case notReady = "not_ready"

    /// The HTTP status, the title that never varies, and what a caller can usually do.
    var row: (status: Int, title: String, remedy: String?) {
        switch self {
        case .malformedRequest: (400, "The request is not valid HTTP", nil)
        case .invalidJSON: (400, "The body is not valid JSON", "Send one JSON text, UTF-8, no member name twice.")
        case .invalidRequest: (400, "The request has the wrong shape", "Mend the members listed in errors.")
        case .emptyBody: (400, "The request needs a body", nil)
        case .wrongContentType: (400, "The body is not declared as JSON", "Send Content-Type: application/json.")
        case .tooManyEvaluations: (400, "Too many evaluations in one request", "Split the request.")
        case .unauthenticated: (401, "A credential is required", "Send Authorization: Bearer with your token.")
        case .invalidCredential: (401, "The credential is not accepted", "Obtain a new credential.")
        case .challengeRequired:
            (401, "The caller has to prove more", "Obtain a credential as WWW-Authenticate says.")
        case .forbidden: (403, "The caller may not do this", nil)
        case .denied: (403, "The call is denied", nil)
        case .notFound: (404, "There is no such object", nil)
        case .unknownRoute: (404, "There is no such path", nil)
        case .methodNotAllowed: (405, "The path does not take this method", "Use a method of the Allow header.")
        case .requestTimeout: (408, "The request arrived too slowly", nil)
        case .conflict: (409, "The change conflicts with the present state", "Read the object again, then decide.")
        case .budgetExhausted: (409, "The budget does not have that much left", "Declare a task with a larger budget.")
        case .outcomeDiffers: (409, "Another outcome was told before", nil)
        case .outcomeLate: (409, "It is too late to tell the outcome", nil)
        case .preconditionFailed: (412, "The object has another version", "Read the object again, then decide.")
        case .idempotencyKeyReused: (422, "The idempotency key means another request", "Choose a new key.")
        case .inProgress: (409, "The request is being answered", "Wait for the first answer, or try again.")
        case .alreadyDone: (409, "The request was carried out before", "Ask for a new secret.")
        case .revisionUnreached: (503, "This node is not there yet", "Wait as Retry-After says, or ask another node.")
        case .revisionUnknown:
            (409, "The log has no such revision", "Was the log restored? Read it again from since_rev=-1.")
        case .bodyTooLarge: (413, "The body is too large", nil)
        case .targetTooLong: (414, "The path and query are too long", nil)
        case .unsupportedMediaType: (415, "The media type is not supported", "Send Content-Type: application/json.")
        case .refused: (422, "The request is refused", nil)
        case .tooManyRequests: (429, "Too many requests", "Wait as Retry-After says.")
        case .headersTooLarge: (431, "The header section is too large", nil)
        case .internalError: (500, "The server failed", "Report the instance to the operator of this server.")
        case .logDamaged: (500, "The log contradicts itself", "Check it with 'safeconduct log fsck', restore a backup.")
        case .overloaded: (503, "The server is overloaded", "Wait as Retry-After says.")
        case .unavailable: (503, "A needed part does not answer", "Try again; treat the question as denied.")
        case .notReady: (503, "The server is not ready", nil)
        }
    }

    /// The HTTP status (RFC 9110 section 15).
    public var status: Int { row.status }

    /// A short title that is the same for every occurrence (RFC 9457 section 3.1.3).
    public var title: String { row.title }

    /// The address of the page that explains the code (RFC 9457 section 3.1.1).
    public var type: String { "https://safeconduct.dev/problems/\(rawValue)" }
}
