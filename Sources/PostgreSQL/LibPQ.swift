// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The functions of libpq that are used here, found when they are first needed: the program runs, and does everything
/// else, where the library is not installed. Declared from the manual (PostgreSQL chapter 34).
@unsafe
struct LibPQ: Sendable {
    typealias Connection = OpaquePointer
    typealias Result = OpaquePointer
    typealias Texts = UnsafePointer<UnsafePointer<CChar>?>

    let connectStart: @convention(c) @Sendable (Texts, Texts, CInt) -> Connection?
    let connectPoll: @convention(c) @Sendable (Connection) -> CInt
    let status: @convention(c) @Sendable (Connection) -> CInt
    let socket: @convention(c) @Sendable (Connection) -> CInt
    let finish: @convention(c) @Sendable (Connection) -> Void
    let errorMessage: @convention(c) @Sendable (Connection) -> UnsafePointer<CChar>?
    let setErrorVerbosity: @convention(c) @Sendable (Connection, CInt) -> CInt
    let setNoticeReceiver:
        @convention(c) @Sendable (
            Connection, @convention(c) (UnsafeMutableRawPointer?, Result?) -> Void, UnsafeMutableRawPointer?
        ) -> UnsafeMutableRawPointer?
    let setNonBlocking: @convention(c) @Sendable (Connection, CInt) -> CInt
    let sendQuery: @convention(c) @Sendable (Connection, UnsafePointer<CChar>) -> CInt
    let sendQueryParams:
        @convention(c) @Sendable (
            Connection, UnsafePointer<CChar>, CInt, UnsafePointer<UInt32>?, Texts, UnsafePointer<CInt>?,
            UnsafePointer<CInt>?, CInt
        ) -> CInt
    let flush: @convention(c) @Sendable (Connection) -> CInt
    let consumeInput: @convention(c) @Sendable (Connection) -> CInt
    let isBusy: @convention(c) @Sendable (Connection) -> CInt
    let getResult: @convention(c) @Sendable (Connection) -> Result?
    let resultStatus: @convention(c) @Sendable (Result?) -> CInt
    let resultErrorField: @convention(c) @Sendable (Result?, CInt) -> UnsafePointer<CChar>?
    let tuples: @convention(c) @Sendable (Result?) -> CInt
    let fields: @convention(c) @Sendable (Result?) -> CInt
    let isNull: @convention(c) @Sendable (Result?, CInt, CInt) -> CInt
    let value: @convention(c) @Sendable (Result?, CInt, CInt) -> UnsafePointer<CChar>?
    let length: @convention(c) @Sendable (Result?, CInt, CInt) -> CInt
    let commandTuples: @convention(c) @Sendable (Result?) -> UnsafePointer<CChar>?
    let clear: @convention(c) @Sendable (Result?) -> Void
    let serverVersion: @convention(c) @Sendable (Connection) -> CInt

    /// The library, or why it can't be used.
    static let shared: Swift.Result<LibPQ, PostgreSQLError> = unsafe load(names)

    #if canImport(Darwin)
    static let names = ["libpq.5.dylib", "/opt/homebrew/opt/libpq/lib/libpq.5.dylib"]
    #else
    static let names = ["libpq.so.5"]
    #endif

    /// Loads the first of the named libraries that there is. It stays for as long as the process.
    static func load(_ names: [String]) -> Swift.Result<LibPQ, PostgreSQLError> {
        for name in names {
            guard let library = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
            do throws(PostgreSQLError) {
                return unsafe .success(try LibPQ(library, name))
            } catch {
                return unsafe .failure(error)
            }
        }
        return unsafe .failure(
            PostgreSQLError(.absent, "PostgreSQL's client library (\(names.first ?? "libpq")) is not on this machine")
        )
    }

    private init(_ library: UnsafeMutableRawPointer, _ name: String) throws(PostgreSQLError) {
        /// The member that is initialised says what the function takes and gives.
        func find<Function>(_ symbol: String) throws(PostgreSQLError) -> Function {
            guard let found = unsafe dlsym(library, symbol) else {
                throw PostgreSQLError(.absent, "\(name) has no \(symbol): it is too old")
            }
            return unsafe unsafeBitCast(found, to: Function.self)
        }
        unsafe connectStart = try find("PQconnectStartParams")
        unsafe connectPoll = try find("PQconnectPoll")
        unsafe status = try find("PQstatus")
        unsafe socket = try find("PQsocket")
        unsafe finish = try find("PQfinish")
        unsafe errorMessage = try find("PQerrorMessage")
        unsafe setErrorVerbosity = try find("PQsetErrorVerbosity")
        unsafe setNoticeReceiver = try find("PQsetNoticeReceiver")
        unsafe setNonBlocking = try find("PQsetnonblocking")
        unsafe sendQuery = try find("PQsendQuery")
        unsafe sendQueryParams = try find("PQsendQueryParams")
        unsafe flush = try find("PQflush")
        unsafe consumeInput = try find("PQconsumeInput")
        unsafe isBusy = try find("PQisBusy")
        unsafe getResult = try find("PQgetResult")
        unsafe resultStatus = try find("PQresultStatus")
        unsafe resultErrorField = try find("PQresultErrorField")
        unsafe tuples = try find("PQntuples")
        unsafe fields = try find("PQnfields")
        unsafe isNull = try find("PQgetisnull")
        unsafe value = try find("PQgetvalue")
        unsafe length = try find("PQgetlength")
        unsafe commandTuples = try find("PQcmdTuples")
        unsafe clear = try find("PQclear")
        unsafe serverVersion = try find("PQserverVersion")
    }
}
