// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import PostgreSQL
public import TrustModel

extension Engine {
    /// Keeps the password of our own account at a back end, sealed; the one of before is destroyed first.
    ///
    /// - Parameters:
    ///   - reference: The back end's id or name.
    ///   - secret: 1 to 1,024 bytes of UTF-8 without NUL.
    /// - Throws: ``EngineError``; `.configuration` when there is no such back end, or the secret can't be one.
    public func setSecret(ofBackEnd reference: String, _ secret: [UInt8]) async throws {
        guard let id = view.state.find(reference, kind: .backEnd) else {
            throw EngineError(.configuration, "no back end has this name or id")
        }
        guard (1...1024).contains(secret.count), !secret.contains(0), String(validating: secret, as: UTF8.self) != nil
        else {
            throw EngineError(.configuration, "a password of 1 to 1024 bytes of UTF-8 without NUL is expected")
        }
        try await blocking { try self.sealer.replaceSecret(Self.secretName(id), secret) }
        try await serveBackEnds()
    }

    /// Whether a back end's password was set.
    public func hasSecret(ofBackEnd id: ObjectID) async throws -> Bool {
        try await blocking { try self.sealer.replaceableSecret(Self.secretName(id)) != nil }
    }

    /// Has the keeper of leases serve the back ends as they are registered now. Called about once a second: another node
    /// may have changed them, or set a password.
    public func serveBackEnds() async throws {
        let (state, now) = (view.state, now())
        try await blocking {
            for record in state.backEnds.sorted {
                let object = record.object
                guard let secret = try self.sealer.replaceableSecret(Self.secretName(object.id)) else { continue }
                let isLive = state.summary(of: object.id)?.isLive(at: now) ?? false
                // One that is gone gives out nothing more, and is still asked to take back what it gave.
                let roles = isLive ? Self.roles(of: object, in: state, at: now) : []
                let mark = BackEndMark(rev: record.rev, secret: self.sealer.digest(of: secret))
                self.leases.serve(object.id, mark, roles: roles) {
                    Self.backEnd(object, password: String(decoding: secret, as: UTF8.self))
                }
            }
        }
    }

    /// Those of its roles whose operations there are.
    private static func roles(of backEnd: BackEnd, in state: TrustState, at now: Timestamp) -> [BrokeredRole] {
        guard let api = state.apis[backEnd.api]?.object, state.summary(of: api.id)?.isLive(at: now) == true else {
            return []
        }
        let operations = Set(api.operations.map(\.name))
        return backEnd.roles.filter { operations.contains($0.operation) }.map { role in
            BrokeredRole(
                operation: role.operation,
                memberOf: role.memberOf,
                seconds: role.seconds,
                maximumSeconds: role.maximumSeconds,
                connectionLimit: role.connectionLimit.map { Int(clamping: $0) }
            )
        }
    }

    private static func backEnd(_ object: BackEnd, password: String) -> any LeaseBackEnd {
        let place = object.connection
        return PostgreSQLBackEnd(
            id: object.id,
            connection: ConnectionSettings(
                host: place.host,
                port: UInt16(clamping: place.port),
                database: place.databases.first ?? "",
                user: place.user,
                password: password,
                security: place.security.flatMap { TransportSecurity(rawValue: $0.rawValue) }
            ),
            databases: place.databases,
            heir: place.heir
        )
    }

    private static func secretName(_ id: ObjectID) -> String { "back-end/\(id)" }
}

/// By what a back end's connection is told from another one: its registration and its password.
struct BackEndMark: Sendable, Equatable {
    let rev: UInt64
    let secret: String
}
