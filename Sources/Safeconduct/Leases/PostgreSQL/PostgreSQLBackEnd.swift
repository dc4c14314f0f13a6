// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
public import PostgreSQL
internal import Synchronization
public import TrustModel
public import TrustStore

/// A PostgreSQL server whose roles are given out for a while.
///
/// Our own account there needs `CREATEROLE`, membership with the right to grant in the roles that are given out, and
/// `pg_signal_backend`. One connection is kept; whoever needs it waits for whoever has it.
public final class PostgreSQLBackEnd: LeaseBackEnd {
    /// Its id.
    public let id: ObjectID
    /// Where it is, and as whom to speak to it; its database is the first one.
    let connection: ConnectionSettings
    /// Every database in which a role of ours may come to own something, the first included.
    let databases: [String]
    /// Who gets what a role leaves behind; nil for our own account.
    let heir: String?
    let session: Mutex<PostgreSQLConnection?> = Mutex(nil)
    private let prefix: String

    /// The most logins that are tried to prove a batch.
    static let loginSample = 8

    /// A back end of the given members.
    public init(id: ObjectID, connection: ConnectionSettings, databases: [String] = [], heir: String? = nil) {
        self.id = id
        self.connection = connection
        self.databases = [connection.database] + databases.filter { $0 != connection.database }
        self.heir = heir
        // Two control planes may use one server, and must not take each other's roles for their own.
        prefix = "sc_\(id.description.suffix(10).lowercased())_"
    }

    /// The role of a lease: `sc_`, ten digits of this back end's id and the lease's id.
    public func user(of lease: ObjectID) -> String { prefix + lease.description.dropFirst(4).lowercased() }

    /// The lease of a role; nil for a role that is not from here.
    public func lease(of user: String) -> ObjectID? {
        guard user.utf8.starts(with: prefix.utf8) else { return nil }
        guard let id = ObjectID("lse_" + user.dropFirst(prefix.count).uppercased()) else { return nil }
        return self.user(of: id).utf8.elementsEqual(user.utf8) ? id : nil
    }

    /// Makes a role that may log in.
    public func issue(
        _ lease: Lease,
        as role: BrokeredRole,
        mayFinish: () throws -> Bool
    ) throws(BackEndError) -> LeaseSecret {
        let name = try ownName(lease)
        let password = Self.password()
        let verifier = ScramVerifier(password: password, salt: Self.randomBytes(16))
        let statement: String
        do throws(PostgreSQLError) {
            statement = try Self.creation(of: name, verifier, role, until: lease.expiresAt)
        } catch {
            throw BackEndError(.credential, error.name, error.message)
        }
        try connected { (connection: PostgreSQLConnection) throws(BackEndError) in
            try connection.transaction { () throws(BackEndError) in
                do throws(PostgreSQLError) { try connection.script(statement) } catch { throw Self.failure(error) }
                // The server ends a transaction that stands still: a yes is used within seconds, or never.
                guard (try? mayFinish()) == true else { throw .withdrawn }
            } else: {
                Self.failure($0)
            }
        }
        return LeaseSecret(user: name, password: password)
    }

    /// Only the roles that are named are granted, and none of what a role can be beyond that.
    private static func creation(
        of name: String,
        _ verifier: ScramVerifier,
        _ role: BrokeredRole,
        until: Timestamp
    ) throws(PostgreSQLError) -> String {
        var statement = "CREATE ROLE \(try SQLText.identifier(name)) LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE"
        statement += " NOREPLICATION CONNECTION LIMIT \(role.connectionLimit.map { max(0, $0) } ?? -1)"
        statement += " PASSWORD \(try SQLText.literal(verifier.description))"
        statement += " VALID UNTIL \(try SQLText.literal(until.description))"
        if !role.memberOf.isEmpty { statement += " IN ROLE \(try SQLText.identifiers(role.memberOf))" }
        return statement
    }

    /// Lets a role log in until `time`.
    public func renew(_ lease: Lease, until time: Timestamp) throws(BackEndError) {
        let name = try ownName(lease)
        try connected { (connection: PostgreSQLConnection) throws(BackEndError) in
            do throws(PostgreSQLError) {
                let (role, moment) = (try SQLText.identifier(name), try SQLText.literal(time.description))
                try connection.script("ALTER ROLE \(role) VALID UNTIL \(moment)")
            } catch {
                throw Self.failure(error)
            }
        }
    }

    /// Our roles there.
    public func reconcile(after: String?, limit: Int) throws(BackEndError) -> [FoundCredential] {
        let rows = try connected { (connection: PostgreSQLConnection) throws(BackEndError) -> Rows in
            do throws(PostgreSQLError) {
                return try connection.query(
                    """
                    SELECT rolname, rolcanlogin, CASE WHEN isfinite(rolvaliduntil)
                        THEN floor(extract(epoch FROM rolvaliduntil) * 1000)::bigint END
                    FROM pg_roles WHERE starts_with(rolname::text, $1) AND rolname > $2::name
                    ORDER BY rolname LIMIT $3::int
                    """,
                    [prefix, after ?? "", "\(max(1, limit))"]
                )
            } catch {
                throw Self.failure(error)
            }
        }
        return rows.rows.compactMap { row in
            guard row.count == 3, let user = row[0], let lease = lease(of: user) else { return nil }
            let until = row[2].flatMap { Int64($0) }.map { Timestamp(milliseconds: $0) }
            return FoundCredential(user: user, lease: lease, validUntil: until, canLogIn: row[1] == "t")
        }
    }

    // MARK: Shared

    /// The role's name, if the row says the one that follows from its id: whoever changed the row must not have us drop
    /// somebody else's role.
    func ownName(_ lease: Lease) throws(BackEndError) -> String {
        let name = user(of: lease.id)
        guard lease.backEnd == id, lease.user.utf8.elementsEqual(name.utf8) else { throw .misnamed }
        return name
    }

    /// Runs `body` with the kept connection, or a new one in its place.
    func connected<Result>(
        _ body: (PostgreSQLConnection) throws(BackEndError) -> Result
    ) throws(BackEndError) -> Result {
        try session.withLock { session throws(BackEndError) in
            // One that has stood idle may have been ended by the server, which shows only when it is used.
            if let kept = session, kept.isBroken || (try? kept.script("SELECT 1")) == nil { session = nil }
            let connection: PostgreSQLConnection
            if let kept = session {
                connection = kept
            } else {
                do throws(PostgreSQLError) { connection = try PostgreSQLConnection(self.connection) } catch {
                    throw BackEndError(.backEnd, error.name, error.message)
                }
                session = connection
            }
            defer { if connection.isBroken { session = nil } }
            return try body(connection)
        }
    }

    /// What an error means for a lease: what the server says about a statement concerns that statement; that it can't be
    /// asked, or that our own account lacks a right, concerns all.
    static func failure(_ error: PostgreSQLError) -> BackEndError {
        guard error.code == .refused, let state = error.state else {
            return BackEndError(.backEnd, error.name, error.message)
        }
        // Connections, resources, an operator's end, a server that only reads.
        let isCommon = ["08", "53", "57", "58", "XX"].contains(state.sqlClass) || state.description == "25006"
        return BackEndError(isCommon ? .backEnd : .credential, error.name, error.message)
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// 256 random bits as 43 letters, digits, `-` and `_`.
    static func password() -> String { Base64URL.string(randomBytes(32)) }
}
