// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import PostgreSQL
internal import TrustModel
public import TrustStore

extension PostgreSQLBackEnd {
    /// A role as the server knows it.
    private struct Known {
        let name: String
        let oid: String
        let isBusy: Bool
        let owns: Bool
    }

    /// Drops roles and looks whether they are gone.
    ///
    /// Most have no session and own nothing: those go in one transaction. The others may first log in no more, then their
    /// sessions are ended, then what they own is given away, then they go, too.
    public func revoke(_ leases: [Lease]) throws(BackEndError) -> [Result<LeaseProof, BackEndError>] {
        var failures: [String: BackEndError] = [:]
        let names = leases.map { lease in try? ownName(lease) }
        let oids = try connected { (connection: PostgreSQLConnection) throws(BackEndError) -> [String: String] in
            let known = try Self.known(names.compactMap { $0 }, connection)
            let held = known.filter { $0.isBusy || $0.owns }
            if !held.isEmpty { try release(held, connection, &failures) }
            try Self.drop(known.map(\.name).filter { failures[$0] == nil }, connection, &failures)
            // A login that was under way while its role went.
            try Self.endSessions(of: known.map(\.oid), connection)
            // A role that went with an attempt that nobody finished may have left sessions behind, which nobody can name.
            if known.count < names.count { try Self.endSessionsOfNobody(connection) }
            return Self.oids(known)
        }
        return try prove(leases, oids: oids, failures, logins: Self.loginSample)
    }

    /// Looks whether roles are gone, without doing anything to them.
    public func probe(_ leases: [Lease]) throws(BackEndError) -> [Result<LeaseProof, BackEndError>] {
        let names = leases.compactMap { try? ownName($0) }
        let oids = try connected { (connection: PostgreSQLConnection) throws(BackEndError) in
            Self.oids(try Self.known(names, connection))
        }
        return try prove(leases, oids: oids, [:], logins: leases.count)
    }

    // MARK: Taking away

    private static func oids(_ known: [Known]) -> [String: String] {
        Dictionary(known.map { ($0.name, $0.oid) }, uniquingKeysWith: { first, _ in first })
    }

    private static func known(_ names: [String], _ connection: PostgreSQLConnection) throws(BackEndError) -> [Known] {
        try ask(
            connection,
            """
            SELECT rolname, oid, oid IN (SELECT usesysid FROM pg_stat_activity WHERE usesysid IS NOT NULL),
                EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = pg_roles.oid)
            FROM pg_roles WHERE rolname = ANY ($1::name[])
            """,
            [array(names)]
        ).compactMap { row in
            guard row.count == 4, let name = row[0], let oid = row[1] else { return nil }
            return Known(name: name, oid: oid, isBusy: row[2] == "t", owns: row[3] == "t")
        }
    }

    /// Frees roles of what holds them: first no new sessions, then no old ones, then nothing of their own.
    private func release(
        _ roles: [Known],
        _ connection: PostgreSQLConnection,
        _ failures: inout [String: BackEndError]
    ) throws(BackEndError) {
        var closing = ""
        for role in roles { closing += "ALTER ROLE \(try Self.quoted(role.name)) NOLOGIN;" }
        try Self.run(connection, closing)
        try Self.endSessions(of: roles.map(\.oid), connection)
        let owners = roles.filter(\.owns)
        guard !owners.isEmpty else { return }
        // Whoever is no superuser gives away only what is their own, or a role's that they are in.
        try Self.run(connection, "GRANT \(try Self.quoted(owners.map(\.name))) TO CURRENT_USER")
        let heir = try self.heir.map { name throws(BackEndError) in try Self.quoted(name) } ?? "CURRENT_USER"
        for database in databases {
            let there = try Self.owners(of: owners, in: database, connection)
            guard !there.isEmpty else { continue }
            let names = try Self.quoted(there)
            do throws(BackEndError) {
                let statement = "REASSIGN OWNED BY \(names) TO \(heir); DROP OWNED BY \(names)"
                if database == self.connection.database {
                    try Self.run(connection, statement)
                } else {
                    var settings = self.connection
                    settings.database = database
                    do throws(PostgreSQLError) {
                        try PostgreSQLConnection(settings).script(statement)
                    } catch {
                        throw BackEndError(.credential, error.name, error.message)
                    }
                }
            } catch {
                // Its roles stay, without a way in; other databases go on.
                if error.reach == .backEnd { throw error }
                for name in there { failures[name] = error }
            }
        }
    }

    /// Those of the roles that have something in a database, or in what all databases share.
    private static func owners(
        of roles: [Known],
        in database: String,
        _ connection: PostgreSQLConnection
    ) throws(BackEndError) -> [String] {
        let rows = try ask(
            connection,
            """
            SELECT DISTINCT refobjid FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass
                AND refobjid = ANY ($1::oid[])
                AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = $2::name))
            """,
            [array(roles.map(\.oid)), database]
        )
        let found = Set(rows.compactMap { $0.first ?? nil })
        return roles.filter { found.contains($0.oid) }.map(\.name)
    }

    private static func endSessions(of oids: [String], _ connection: PostgreSQLConnection) throws(BackEndError) {
        guard !oids.isEmpty else { return }
        let list = array(oids)
        for attempt in 0..<200 {
            let rows = try ask(
                connection,
                attempt % 20 == 0
                    ? "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usesysid = ANY ($1::oid[])"
                    : "SELECT 1 FROM pg_stat_activity WHERE usesysid = ANY ($1::oid[]) LIMIT 1",
                [list]
            )
            if rows.isEmpty { return }
            usleep(10_000)
        }
        // What is left is named by the proof.
    }

    /// Ends the sessions whose roles are gone. They are ours or another one's, and nobody's right stands behind them.
    private static func endSessionsOfNobody(_ connection: PostgreSQLConnection) throws(BackEndError) {
        _ = try ask(
            connection,
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE usesysid IS NOT NULL AND usesysid NOT IN (SELECT oid FROM pg_roles)
            """,
            []
        )
    }

    /// Drops roles in one transaction; when one of them can't be dropped, the others are found by halving.
    private static func drop(
        _ names: [String],
        _ connection: PostgreSQLConnection,
        _ failures: inout [String: BackEndError]
    ) throws(BackEndError) {
        guard !names.isEmpty else { return }
        do throws(BackEndError) {
            try run(connection, "DROP ROLE IF EXISTS \(try quoted(names))")
        } catch {
            guard error.reach == .credential || error.code == "53200" else { throw error }
            guard names.count > 1 else {
                failures[names[0]] = error
                return
            }
            let middle = names.count / 2
            try drop(Array(names[..<middle]), connection, &failures)
            try drop(Array(names[middle...]), connection, &failures)
        }
    }

    // MARK: Proving

    /// What the server knows of roles afterwards, and what it answers to those who want to log in as a few of them.
    private func prove(
        _ leases: [Lease],
        oids: [String: String],
        _ failures: [String: BackEndError],
        logins: Int
    ) throws(BackEndError) -> [Result<LeaseProof, BackEndError>] {
        let names = leases.map { try? ownName($0) }
        var sample = Set(names.indices.filter { index in names[index].map { failures[$0] == nil } ?? false })
        while sample.count > logins, let one = sample.randomElement() { sample.remove(one) }
        var answers: [Int: Result<String, BackEndError>] = [:]
        for index in sample {
            guard let name = names[index] else { continue }
            answers[index] = refusal(of: name)
        }
        // Last of all, so that nothing comes after it.
        let (present, alive) = try connected {
            (connection: PostgreSQLConnection) throws(BackEndError) -> (Set<String>, Set<String>) in
            let present = try Self.ask(
                connection,
                "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::name[])",
                [Self.array(names.compactMap { $0 })]
            )
            // The name of a session whose role is gone is not known any more; sessions are counted by what is.
            let alive = try Self.ask(
                connection,
                "SELECT DISTINCT usesysid::text FROM pg_stat_activity WHERE usesysid = ANY ($1::oid[])",
                [Self.array(Array(oids.values))]
            )
            return (Set(present.compactMap { $0.first ?? nil }), Set(alive.compactMap { $0.first ?? nil }))
        }
        return names.enumerated().map { index, name in
            guard let name else { return .failure(.misnamed) }
            if let failure = failures[name] { return .failure(failure) }
            if present.contains(name) { return .failure(.present) }
            if let oid = oids[name], alive.contains(oid) { return .failure(.sessionAlive) }
            return switch answers[index] {
            case .success(let state)?: .success(LeaseProof(refusedLogin: state))
            case .failure(let error)?: .failure(error)
            case nil: .success(LeaseProof(refusedLogin: nil))
            }
        }
    }

    /// What a login with this name is answered; a failure when it is let in, and when the server could not be asked.
    private func refusal(of name: String) -> Result<String, BackEndError> {
        var settings = connection
        settings.user = name
        settings.password = Self.password()
        do throws(PostgreSQLError) {
            _ = try PostgreSQLConnection(settings)
            return .failure(.loginAccepted)
        } catch {
            if let state = error.state, state.isRefusedLogin { return .success(state.description) }
            // The server looks for the database only once it has believed the name.
            if error.state == .undefinedDatabase { return .failure(.loginAccepted) }
            return .failure(BackEndError(.credential, error.name, error.message))
        }
    }

    // MARK: Statements

    private static func ask(
        _ connection: PostgreSQLConnection,
        _ sql: String,
        _ parameters: [String?]
    ) throws(BackEndError) -> [[String?]] {
        do throws(PostgreSQLError) { return try connection.query(sql, parameters).rows } catch { throw failure(error) }
    }

    private static func run(_ connection: PostgreSQLConnection, _ sql: String) throws(BackEndError) {
        do throws(PostgreSQLError) { try connection.script(sql) } catch { throw failure(error) }
    }

    private static func quoted(_ name: String) throws(BackEndError) -> String { try quoted([name]) }

    private static func quoted(_ names: [String]) throws(BackEndError) -> String {
        do throws(PostgreSQLError) { return try SQLText.identifiers(names) } catch {
            throw BackEndError(.credential, error.name, error.message)
        }
    }

    /// An array's text form: names of ours and numbers have nothing in them to escape.
    private static func array(_ values: [String]) -> String { "{" + values.joined(separator: ",") + "}" }
}
