// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

extension GrantBasis {
    /// Takes up the task that `authorization_details` (RFC 9396 section 2) names: one element of the type
    /// `safeconduct_task` with the task's id as its `identifier`. What else it says bounds the token further.
    ///
    /// The task is one of whoever the token is for, or of whoever holds it; what comes of a token with a task has that
    /// task, or a part of it.
    mutating func take(
        taskOf form: FormParameters,
        _ state: borrowing TrustState,
        at now: Timestamp
    ) throws(IssueRefusal) {
        if let task = lineage.task, state.liveTask(task, at: now) == nil {
            throw IssueRefusal(.invalidGrant, "the task of the token is over")
        }
        guard let text = form["authorization_details"] else { return }
        let details: AuthorizationDetails
        do throws(WorkloadIdentityError) { details = try AuthorizationDetails(parameter: text) } catch {
            throw IssueRefusal(.invalidAuthorizationDetails, error.message)
        }
        guard details.elements.count == 1, let detail = details.elements.first else {
            throw IssueRefusal(.invalidAuthorizationDetails, "a token is for one task")
        }
        guard let id = detail.identifier.flatMap(ObjectID.init), id.kind == .task,
            let task = state.liveTask(id, at: now),
            task.identity == lineage.subject || task.identity == client.identity.object.id
        else {
            throw IssueRefusal(
                .invalidAuthorizationDetails,
                "'identifier' is the id of a task of the client that is open now"
            )
        }
        if let present = lineage.task, !state.taskLine(id).contains(where: { $0.object.id == present }) {
            throw IssueRefusal(.invalidAuthorizationDetails, "the task is no part of that of the token")
        }
        if let purpose = detail.purpose, !sameBytes(purpose, task.purpose) {
            throw IssueRefusal(.invalidAuthorizationDetails, "the task has another purpose")
        }
        guard detail.privileges.texts.isEmpty else {
            throw IssueRefusal(.invalidAuthorizationDetails, "a task grants no privileges")
        }
        let end = detail.notAfter.map { min(Timestamp($0), task.expiresAt) } ?? task.expiresAt
        lineage.task = id
        lineage.purpose = task.purpose
        lineage.notAfter = min(lineage.notAfter ?? end, end)
        for scope in state.taskScopes(id) where !lineage.scopes.contains(scope) { lineage.scopes.append(scope) }
        self.detail = detail
    }

    /// Holds what is asked for to the task and to what was said of it.
    func check(_ target: TokenTarget, against state: borrowing TrustState) throws(IssueRefusal) {
        guard let id = lineage.task, let task = state.tasks[id]?.object, let api = state.apis[target.api] else {
            return
        }
        for name in target.operations {
            guard task.reaches(name, of: target.api), detail?.actions.contains(name) ?? true else {
                throw IssueRefusal(.invalidScope, "the scope is wider than the task")
            }
            guard let operation = api.object.operations.first(where: { sameBytes($0.name, name) }) else { continue }
            let dataClass = operation.dataClass ?? api.object.dataClass
            guard task.touches(dataClass: dataClass), detail?.datatypes?.contains(dataClass) ?? true else {
                throw IssueRefusal(.invalidScope, "the task does not touch the class of data of '\(name)'")
            }
        }
    }
}

extension IssuedToken {
    /// What the token says of its task (RFC 9396 section 9.1); nil without one.
    var taskDetails: AuthorizationDetails? {
        guard let task, let actions = try? TextSet(scope.tokens), let places = try? TextSet([audience.description]),
            let detail = try? AuthorizationDetail(
                actions: actions,
                locations: places,
                identifier: task.description,
                purpose: purpose,
                notAfter: NumericDate(expiresAt)
            )
        else { return nil }
        return try? AuthorizationDetails([detail])
    }
}
