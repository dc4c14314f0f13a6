// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a server is, and as whom to speak to it.
public struct ConnectionSettings: Sendable {
    /// A host name, an address, or the absolute path of the directory of a Unix-domain socket.
    public var host: String
    /// The port, or the number in the socket's name.
    public var port: UInt16
    /// The database.
    public var database: String
    /// The role.
    public var user: String
    /// Its password; nil where the server asks for none.
    public var password: String?
    /// How it is protected on its way.
    public var security: TransportSecurity
    /// The file of authorities that a server's certificate is checked by; nil for libpq's usual place.
    public var authorities: String?
    /// How long connecting may take, authentication included.
    public var connectTimeout: Duration
    /// How long one statement may take; the server is told, too.
    public var statementTimeout: Duration

    /// Settings of the given members; without `security` the usual one of the host.
    public init(
        host: String,
        port: UInt16 = 5432,
        database: String,
        user: String,
        password: String? = nil,
        security: TransportSecurity? = nil,
        authorities: String? = nil,
        connectTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(30)
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.security = security ?? .usual(host: host)
        self.authorities = authorities
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
    }

    /// Whether what is said to this host never leaves the machine. Names other than `localhost` count as remote.
    public static func isLocal(_ host: String) -> Bool {
        if host.utf8.first == UInt8(ascii: "/") { return true }
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The members as libpq names them (PostgreSQL section 34.1.2). Each one is said outright, so that no environment
    /// variable says something else.
    var parameters: [(key: String, value: String)] {
        get throws(PostgreSQLError) {
            var parameters = [
                ("host", host), ("port", "\(port)"), ("dbname", database), ("user", user),
                ("sslmode", security.rawValue), ("gssencmode", "disable"), ("client_encoding", "UTF8"),
                ("application_name", "safeconduct"), ("fallback_application_name", "safeconduct"),
                ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
                ("target_session_attrs", "any"),
                (
                    "options",
                    // The last one ends a transaction whose owner stands still: nothing is committed long after it was
                    // asked whether it may be.
                    "-c statement_timeout=\(Self.milliseconds(statementTimeout)) -c lock_timeout=5000 "
                        + "-c idle_in_transaction_session_timeout=\(Self.idleTransactionLimit)"
                ),
            ]
            if let password { parameters.append(("password", password)) }
            if let authorities { parameters.append(("sslrootcert", authorities)) }
            for (_, value) in parameters where value.utf8.contains(0) || value.utf8.count > 4096 {
                throw PostgreSQLError(.usage, "a setting of the connection is too long, or has a NUL in it")
            }
            // libpq would read a whole connection string out of these.
            guard !database.contains("="), !database.contains("://"), !host.contains(",") else {
                throw PostgreSQLError(.usage, "the database or host has characters that libpq reads as something else")
            }
            return parameters
        }
    }

    /// The longest that a transaction may stand still before the server ends it, in milliseconds.
    public static let idleTransactionLimit: Int64 = 5000

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let parts = duration.components
        return max(1, parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}
