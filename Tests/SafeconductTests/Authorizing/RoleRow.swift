// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// One command as a row of the table of roles names it.
struct RoleRow: Sendable {
    let title: String
    /// The entry that it means when somebody gives it; nil when they can't.
    let body: @Sendable (RoleBench, Operator) throws -> EntryBody?
    var action: String?

    /// What policies call an entry that has a name of its own there.
    static func action(of body: EntryBody) -> String {
        if case .endTask(let end) = body {
            end.state == .completed ? "task.complete" : "task.cancel"
        } else {
            body.kind
        }
    }

    // Operators of one role are called after it, and `own-<name>` is theirs; `worker`, `orders`, `edge` and `ci` belong to
    // the local owner; `away-...` lies in another boundary.
    static let all: [RoleRow] = [
        RoleRow(title: "identity.put new, own") { try $0.identity("new", owner: $1.name) },
        RoleRow(title: "identity.put new, another's") { bench, _ in
            try bench.identity("new", owner: "local")
        },
        RoleRow(title: "identity.put new, own, other boundary") {
            try $0.identity("new", owner: $1.name, boundary: "lab")
        },
        RoleRow(title: "identity.put own") { try $0.identity("own-\($1.name)", owner: $1.name) },
        RoleRow(title: "identity.put own, other boundary") {
            try $0.identity("own-\($1.name)", owner: $1.name, boundary: "lab")
        },
        RoleRow(title: "identity.put own, given away") { try $0.identity("own-\($1.name)", owner: "local") },
        RoleRow(title: "identity.put another's") { bench, _ in try bench.identity("worker", owner: "local")
        },
        RoleRow(title: "identity.put another's, taken over") { try $0.identity("worker", owner: $1.name) },
        RoleRow(title: "identity.retire own") { .retire(try $0.id(.identity, "own-\($1.name)")) },
        RoleRow(title: "identity.retire another's") { bench, _ in .retire(try bench.id(.identity, "worker"))
        },
        RoleRow(title: "api.put new, own") {
            .putApi(try $0.read(.api, "new", #"{"hosts":["new.example"],\#($0.custody($1.name))}"#))
        },
        RoleRow(title: "api.put another's, taken over") {
            .putApi(try $0.read(.api, "orders", #"{"hosts":["orders.example"],\#($0.custody($1.name))}"#))
        },
        RoleRow(title: "api.retire own") { .retire(try $0.id(.api, "own-\($1.name)")) },
        RoleRow(title: "api.retire another's") { bench, _ in .retire(try bench.id(.api, "orders")) },
        RoleRow(title: "issuer.put new, own") {
            .putIssuer(
                try $0.read(.issuer, "new", #"{"url":"https://n.example","audiences":["a"],\#($0.custody($1.name))}"#)
            )
        },
        RoleRow(title: "issuer.retire another's") { bench, _ in .retire(try bench.id(.issuer, "ci")) },
        RoleRow(title: "pep.put new, own, for an own API") {
            try $0.point("new", owner: $1.name, api: "own-\($1.name)")
        },
        RoleRow(title: "pep.put new, own, for another's API") {
            try $0.point("new", owner: $1.name, api: "orders")
        },
        RoleRow(title: "pep.put new, own, for an API elsewhere") {
            try $0.point("new", owner: $1.name, api: "away-api")
        },
        RoleRow(title: "pep.put new, own, for an own API, with explanations") {
            try $0.point("new", owner: $1.name, api: "own-\($1.name)", explanations: true)
        },
        RoleRow(title: "pep.retire own") { .retire(try $0.id(.enforcementPoint, "own-\($1.name)")) },
        RoleRow(title: "pep.retire another's") { bench, _ in .retire(try bench.id(.enforcementPoint, "edge"))
        },
        RoleRow(title: "back_end.put new, own, for an own API") {
            .putBackEnd(try $0.read(.backEnd, "new", RoleBench.backEnd("own-\($1.name)", $0.custody($1.name))))
        },
        RoleRow(title: "back_end.put another's") { bench, _ in
            .putBackEnd(try bench.read(.backEnd, "stock", RoleBench.backEnd("orders", bench.custody("local"))))
        },
        RoleRow(title: "back_end.retire another's") { bench, _ in .retire(try bench.id(.backEnd, "stock")) },
        RoleRow(
            title: "credential.issue own",
            body: { try $0.token(of: "own-\($1.name)") },
            action: "credential.issue"
        ),
        RoleRow(
            title: "credential.issue own, for another's API",
            body: { try $0.token(of: "wide-\($1.name)") },
            action: "credential.issue"
        ),
        RoleRow(
            title: "credential.issue own, for an API elsewhere",
            body: { try $0.token(of: "far-\($1.name)") },
            action: "credential.issue"
        ),
        RoleRow(
            title: "credential.issue own, with explanations",
            body: { try $0.token(of: "told-\($1.name)") },
            action: "credential.issue"
        ),
        RoleRow(
            title: "credential.issue another's",
            body: { bench, _ in try bench.token(of: "edge") },
            action: "credential.issue"
        ),
        RoleRow(
            title: "credential.issue elsewhere",
            body: { bench, _ in try bench.token(of: "away-point") },
            action: "credential.issue"
        ),
        RoleRow(
            title: "credential.issue an operator",
            body: { bench, _ in
                .putCredential(
                    Credential(
                        id: bench.fresh(.credential),
                        type: .bearer,
                        holder: bench.world.local,
                        fingerprint: Fingerprint(of: "token"),
                        custody: try #require(bench.state.operators[bench.world.local]).object.custody
                    )
                )
            },
            action: "credential.issue"
        ),
        RoleRow(title: "credential.put a key, own identity's") { try $0.key(of: "own-\($1.name)", owner: $1.name) },
        RoleRow(title: "credential.put a key, own identity's, for another owner") {
            try $0.key(of: "own-\($1.name)", owner: "local")
        },
        RoleRow(title: "credential.put a key, another's identity's") { bench, _ in
            try bench.key(of: "worker", owner: "local")
        },
        RoleRow(title: "operator.put new, no role") { bench, _ in try bench.person("new", roles: []) },
        RoleRow(title: "operator.put new, a role") { bench, _ in try bench.person("new", roles: [.auditor]) },
        RoleRow(title: "operator.put new, owner") { bench, _ in try bench.person("new", roles: [.owner]) },
        RoleRow(title: "operator.put new, owner, a program") { bench, _ in
            try bench.person("new", roles: [.owner], kind: .automation)
        },
        RoleRow(title: "operator.put self, owner too") {
            try $0.person($1.name, roles: $1.roles + [.owner])
        },
        RoleRow(title: "operator.put self, no role any more") { try $0.person($1.name, roles: []) },
        RoleRow(title: "operator.put one with a role") { bench, _ in
            try bench.person("security", roles: [.security])
        },
        RoleRow(title: "operator.put a team, renewed") { bench, _ in
            try bench.person("team", roles: [], kind: .team)
        },
        RoleRow(title: "operator.retire a team") { bench, _ in .retire(try bench.id(.operator, "team")) },
        RoleRow(title: "operator.retire one with a role") { bench, _ in
            .retire(try bench.id(.operator, "auditor"))
        },
        RoleRow(title: "enrolment.put another's") { bench, _ in bench.link(bench.world.local) },
        RoleRow(title: "enrolment.put own") { $0.link($1.id) },
        RoleRow(title: "policy.activate calls") { bench, _ in bench.policies(.calls) },
        RoleRow(title: "policy.activate commands") { bench, _ in bench.policies(.commands) },
        RoleRow(title: "cut identity, own") {
            $0.cut(Scope(identity: try $0.id(.identity, "own-\($1.name)")))
        },
        RoleRow(title: "cut identity, another's") { bench, _ in
            bench.cut(Scope(identity: try bench.id(.identity, "worker")))
        },
        RoleRow(title: "cut issuer") { bench, _ in
            bench.cut(Scope(.issuer, try bench.id(.issuer, "ci").description))
        },
        RoleRow(title: "cut all") { bench, _ in bench.cut(Scope(.all)) },
        RoleRow(title: "cut an operator") { bench, _ in bench.cut(Scope(identity: bench.world.local)) },
        RoleRow(title: "cut own key") { bench, by in
            by.roles.isEmpty ? nil : bench.cut(try bench.credential(.operator, by.name))
        },
        RoleRow(title: "cut another operator's key") { bench, by in
            bench.cut(try bench.credential(.operator, by.name == "auditor" ? "approver" : "auditor"))
        },
        RoleRow(title: "hold.place identity, own") {
            $0.hold(Scope(identity: try $0.id(.identity, "own-\($1.name)")))
        },
        RoleRow(title: "hold.place identity, another's") { bench, _ in
            bench.hold(Scope(identity: try bench.id(.identity, "worker")))
        },
        RoleRow(title: "hold.place all") { bench, _ in bench.hold(Scope(.all)) },
        RoleRow(title: "hold.place an operator") { bench, _ in bench.hold(Scope(identity: bench.world.local))
        },
        RoleRow(title: "identity.put another's, other boundary") { bench, _ in
            try bench.identity("worker", owner: "local", boundary: "lab")
        },
        RoleRow(title: "api.put another's") { bench, _ in
            .putApi(try bench.read(.api, "orders", #"{"hosts":["orders.example"],\#(bench.custody("local"))}"#))
        },
        RoleRow(title: "issuer.put another's") { bench, _ in
            let json = #"{"url":"https://issuer.example","audiences":["a"],\#(bench.custody("local"))}"#
            return .putIssuer(try bench.read(.issuer, "ci", json))
        },
        RoleRow(title: "pep.put another's, for the API it has") { bench, _ in
            try bench.point("edge", owner: "local", api: "orders")
        },
        RoleRow(title: "operator.retire self") { .retire($1.id) },
        RoleRow(title: "cut credential, of an own enforcement point") {
            $0.cut(try $0.credential(.enforcementPoint, "own-\($1.name)"))
        },
        RoleRow(title: "cut credential, of another's") { bench, _ in
            bench.cut(try bench.credential(.enforcementPoint, "edge"))
        },
        RoleRow(title: "cut task, own identity's") {
            $0.cut(Scope(task: try $0.task(of: "own-\($1.name)")))
        },
        RoleRow(title: "cut task, another's") { bench, _ in bench.cut(Scope(task: try bench.task(of: "other"))) },
        RoleRow(title: "task.put own identity's") { try $0.declaration(of: "own-\($1.name)", api: "own-\($1.name)") },
        RoleRow(title: "task.put another's") { bench, _ in try bench.declaration(of: "other", api: "orders") },
        RoleRow(title: "task.put another's, for an API elsewhere") { bench, _ in
            try bench.declaration(of: "other", api: "away-api")
        },
        RoleRow(title: "task.complete another's") { bench, _ in
            .endTask(TaskEnd(task: try bench.task(of: "other"), isCompleted: true))
        },
        RoleRow(title: "task.cancel own identity's") {
            .endTask(TaskEnd(task: try $0.task(of: "own-\($1.name)"), isCompleted: false))
        },
        RoleRow(title: "task.cancel another's") { bench, _ in
            .endTask(TaskEnd(task: try bench.task(of: "other"), isCompleted: false))
        },
        RoleRow(title: "task.spend another's") { bench, _ in
            .spendTask(TaskSpend(task: try bench.task(of: "other"), amounts: TaskAmounts([.calls: 1])))
        },
        RoleRow(title: "cut key") { bench, _ in bench.cut(Scope(.key, "thumbprint")) },
        RoleRow(title: "cut self") { $0.cut(Scope(identity: $1.id)) },
        RoleRow(title: "hold.place credential, of another's") { bench, _ in
            bench.hold(try bench.credential(.enforcementPoint, "edge"))
        },
        RoleRow(title: "hold.place issuer") { bench, _ in
            bench.hold(Scope(.issuer, try bench.id(.issuer, "ci").description))
        },
        RoleRow(title: "hold.place self") { $0.hold(Scope(identity: $1.id)) },
        RoleRow(title: "hold.lift identity, own") { try $0.lift("own-\($1.name)") },
        RoleRow(title: "hold.lift identity, another's") { bench, _ in try bench.lift("worker") },
        RoleRow(title: "hold.lift an operator") { bench, _ in try bench.lift("guest") },
        RoleRow(title: "hold.lift all") { bench, _ in try bench.lift("all") },
        RoleRow(title: "policy.put calls") { bench, _ in bench.draft(.calls) },
        RoleRow(title: "policy.put commands") { bench, _ in bench.draft(.commands) },
        RoleRow(title: "policy.shadow calls") { bench, _ in .shadowPolicies(PolicyMove(set: try bench.put(.calls))) },
        RoleRow(title: "policy.retire calls") { bench, _ in .retire(try bench.put(.calls)) },
        RoleRow(title: "policy.retire commands") { bench, _ in .retire(try bench.put(.commands)) },
        RoleRow(
            title: "policy.activate calls, a draft",
            body: { bench, _ in .enforcePolicies(PolicyMove(set: try bench.put(.calls))) },
            action: "policy.activate"
        ),
        RoleRow(
            title: "policy.activate commands, a draft",
            body: { bench, _ in .enforcePolicies(PolicyMove(set: try bench.put(.commands))) },
            action: "policy.activate"
        ),
        RoleRow(
            title: "policy.activate calls, an earlier one",
            body: { bench, _ in .rollBackPolicies(PolicyMove(set: try bench.put(.calls))) },
            action: "policy.activate"
        ),
        RoleRow(title: "token_key.put") { bench, _ in .putTokenKey(try bench.tokenKey()) },
        RoleRow(title: "generation.confirm") { _, _ in .confirmGeneration(2) },
    ]
}
