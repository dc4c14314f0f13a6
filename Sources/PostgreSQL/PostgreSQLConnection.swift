// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// One connection to a server. Whatever it does ends in bounded time; a connection that broke, or did not answer in time,
/// stays broken, and whoever has it makes another.
///
/// Statements of several threads follow one another; a transaction is one user's, who sees to it that nobody else has the
/// connection meanwhile.
@safe
public final class PostgreSQLConnection: @unchecked Sendable {
    // A C handle is never Sendable by itself: this one is used under `turn` alone, from the end of the initialiser on.
    private let turn = Mutex(())
    private let broken = Atomic(false)
    private let libpq: LibPQ
    private let handle: OpaquePointer
    private let statementTimeout: Duration
    /// Whether it is of no more use.
    public var isBroken: Bool { broken.load(ordering: .acquiring) }

    /// `PQERRORS_SQLSTATE`: severity and five characters, and none of the server's sentences, which may quote what was
    /// sent to it.
    private static let errorsAsStates: CInt = 3
    /// What libpq's functions answer.
    private enum Polling { static let failed: CInt = 0, reading: CInt = 1, writing: CInt = 2, ok: CInt = 3 }
    private enum Status { static let commandOK: CInt = 1, tuplesOK: CInt = 2, empty: CInt = 0 }

    /// Connects and logs in.
    ///
    /// - Throws: ``PostgreSQLError``: `.absent` without the library, `.refused` with a state when the server answered,
    ///   `.unreachable` or `.timeout` when it could not be asked.
    public init(_ settings: ConnectionSettings) throws(PostgreSQLError) {
        let libpq = unsafe try LibPQ.shared.get()
        let parameters = try settings.parameters
        statementTimeout = settings.statementTimeout
        let started: OpaquePointer? = unsafe Self.withCStrings(parameters.map(\.key)) { keys in
            unsafe Self.withCStrings(parameters.map(\.value)) { values in
                unsafe libpq.connectStart(keys, values, 0)
            }
        }
        guard let handle = unsafe started else { throw PostgreSQLError(.unreachable, "there is no memory to connect") }
        unsafe self.libpq = libpq
        unsafe self.handle = handle
        // Else libpq prints what servers remark on the process's own standard error.
        _ = unsafe libpq.setNoticeReceiver(handle, { _, _ in }, nil)
        _ = unsafe libpq.setErrorVerbosity(handle, Self.errorsAsStates)
        do throws(PostgreSQLError) {
            try logIn(until: .now + settings.connectTimeout)
        } catch {
            throw error.without(settings.password)
        }
        guard unsafe libpq.setNonBlocking(handle, 1) == 0 else {
            throw PostgreSQLError(.unreachable, "the connection can't be used without waiting")
        }
    }

    deinit { unsafe libpq.finish(handle) }

    /// The server's version as libpq counts it: 150018 for 15.18.
    public var serverVersion: Int { unsafe Int(libpq.serverVersion(handle)) }

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: The statement, its parameters as `$1`, `$2`, ...
    ///   - parameters: Their values as texts, nil for NULL.
    /// - Returns: Its rows.
    /// - Throws: ``PostgreSQLError``.
    @discardableResult
    public func query(_ sql: String, _ parameters: [String?] = []) throws(PostgreSQLError) -> Rows {
        guard !sql.utf8.contains(0), parameters.allSatisfy({ !($0?.utf8.contains(0) ?? false) }) else {
            throw PostgreSQLError(.usage, "a text without NUL is expected")
        }
        return try exchange {
            unsafe Self.withCStrings(parameters) { values in
                unsafe sql.withCString { text in
                    unsafe libpq.sendQueryParams(handle, text, CInt(parameters.count), nil, values, nil, nil, 0)
                }
            }
        }
    }

    /// Runs statements without parameters, separated by semicolons, in one exchange. They are one transaction unless they
    /// say otherwise, and none of them runs after one that fails.
    ///
    /// - Returns: The rows of the last one.
    @discardableResult
    public func script(_ sql: String) throws(PostgreSQLError) -> Rows {
        guard !sql.utf8.contains(0) else { throw PostgreSQLError(.usage, "a text without NUL is expected") }
        return try exchange { unsafe sql.withCString { unsafe libpq.sendQuery(handle, $0) } }
    }

    /// Runs `body` in a transaction, undone when it throws.
    public func transaction<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result,
        else wrap: (PostgreSQLError) -> Failure
    ) throws(Failure) -> Result {
        do throws(PostgreSQLError) { try script("BEGIN") } catch { throw wrap(error) }
        let result: Result
        do throws(Failure) {
            result = try body()
        } catch {
            // What can't be undone now ends with the connection.
            if (try? script("ROLLBACK")) == nil { broken.store(true, ordering: .releasing) }
            throw error
        }
        do throws(PostgreSQLError) { try script("COMMIT") } catch { throw wrap(error) }
        return result
    }

    // MARK: Waiting

    private func logIn(until deadline: ContinuousClock.Instant) throws(PostgreSQLError) {
        // PostgreSQL section 34.1: as if it had said that it wants to write.
        var next = Polling.writing
        while next != Polling.ok {
            guard next == Polling.reading || next == Polling.writing else { throw failure(isLogin: true) }
            try wait(forWriting: next == Polling.writing, until: deadline)
            next = unsafe libpq.connectPoll(handle)
        }
    }

    private func exchange(_ send: () -> CInt) throws(PostgreSQLError) -> Rows {
        try turn.withLock { _ throws(PostgreSQLError) in
            guard !isBroken else { throw PostgreSQLError(.unreachable, "the connection broke before") }
            do throws(PostgreSQLError) { return try exchangeInTurn(send) } catch {
                if error.code != .refused { broken.store(true, ordering: .releasing) }
                throw error
            }
        }
    }

    private func exchangeInTurn(_ send: () -> CInt) throws(PostgreSQLError) -> Rows {
        guard send() == 1 else { throw failure() }
        // The server has its own limit and is left the time to say so.
        let deadline = ContinuousClock.now + statementTimeout + .seconds(5)
        while true {
            let left = unsafe libpq.flush(handle)
            if left == 0 { break }
            guard left == 1 else { throw failure() }
            try wait(forWriting: true, until: deadline)
            // A server that answers before it has read everything waits for its answer to be read.
            guard unsafe libpq.consumeInput(handle) == 1 else { throw failure() }
        }
        return try results(until: deadline)
    }

    private func results(until deadline: ContinuousClock.Instant) throws(PostgreSQLError) -> Rows {
        var rows = Rows(rows: [], affected: 0)
        var refusal: PostgreSQLError?
        while true {
            while unsafe libpq.isBusy(handle) == 1 {
                try wait(forWriting: false, until: deadline)
                guard unsafe libpq.consumeInput(handle) == 1 else { throw failure() }
            }
            guard let result = unsafe libpq.getResult(handle) else { break }
            defer { unsafe libpq.clear(result) }
            let status = unsafe libpq.resultStatus(result)
            switch status {
            case Status.commandOK, Status.tuplesOK, Status.empty: unsafe rows = read(result)
            default:
                let state = unsafe libpq.resultErrorField(result, CInt(UInt8(ascii: "C")))
                    .flatMap { unsafe SQLState(String(cString: $0)) }
                // One without a state is libpq's own: the connection is gone.
                guard let state else { throw failure() }
                refusal = refusal ?? PostgreSQLError(.refused, "PostgreSQL refused a statement", state: state)
            }
        }
        if let refusal {
            // An administrator's or a crash's end comes as an answer, and is the connection's last one.
            let isOpen = unsafe libpq.status(handle) == 0
            if !isOpen || ["57P01", "57P02", "57P03", "25P03"].contains(refusal.name) {
                throw PostgreSQLError(.unreachable, "the server ended the connection", state: refusal.state)
            }
            throw refusal
        }
        return rows
    }

    private func read(_ result: OpaquePointer) -> Rows {
        let (count, width) = unsafe (libpq.tuples(result), libpq.fields(result))
        var rows: [[String?]] = []
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            rows.append(
                (0..<width).map { column in
                    guard unsafe libpq.isNull(result, row, column) == 0,
                        let text = unsafe libpq.value(result, row, column)
                    else { return nil }
                    let bytes = unsafe UnsafeRawBufferPointer(
                        start: text,
                        count: Int(libpq.length(result, row, column))
                    )
                    return unsafe String(decoding: bytes, as: UTF8.self)
                }
            )
        }
        let affected = unsafe libpq.commandTuples(result).flatMap { unsafe Int(String(cString: $0)) }
        return Rows(rows: rows, affected: affected ?? 0)
    }

    private func wait(forWriting isWriting: Bool, until deadline: ContinuousClock.Instant) throws(PostgreSQLError) {
        let socket = unsafe libpq.socket(handle)
        guard socket >= 0 else { throw failure() }
        // Whoever writes reads, too: else two full buffers wait for each other.
        let events = Int16(POLLIN) | (isWriting ? Int16(POLLOUT) : 0)
        var watched = pollfd(fd: socket, events: events, revents: 0)
        while true {
            let left = ContinuousClock.now.duration(to: deadline).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { throw PostgreSQLError(.timeout, "PostgreSQL did not answer in time") }
            let ready = unsafe poll(&watched, 1, CInt(min(milliseconds, 1_000_000)))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else {
                throw PostgreSQLError(.unreachable, "the connection can't be waited for")
            }
        }
    }

    // MARK: Failing

    /// What the connection failed of, with the state that the server said last. Whoever was turned away by the server is
    /// refused; otherwise it is libpq's own sentence.
    private func failure(isLogin: Bool = false) -> PostgreSQLError {
        let text = unsafe libpq.errorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        if let state = Self.state(in: text) {
            return isLogin
                ? PostgreSQLError(.refused, "PostgreSQL refused the connection", state: state)
                : PostgreSQLError(.unreachable, "the server ended the connection", state: state)
        }
        let line = text.utf8.prefix { $0 != 0x0A }.prefix(300).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
        return PostgreSQLError(
            .unreachable,
            line.isEmpty ? "the connection failed" : String(decoding: line, as: UTF8.self)
        )
    }

    /// The state at the end of the last line that has one: the severity before it is in the server's language.
    static func state(in text: String) -> SQLState? {
        for line in text.split(separator: "\n").reversed() {
            let bytes = Array(line.utf8)
            guard bytes.count > 8, bytes[(bytes.count - 8)...].starts(with: ":  ".utf8) else { continue }
            if let state = SQLState(String(decoding: bytes.suffix(5), as: UTF8.self)) { return state }
        }
        return nil
    }

    // MARK: C

    /// Overwrites a text.
    private static func wipe(_ string: UnsafeMutablePointer<CChar>) {
        #if canImport(Darwin)
        _ = unsafe memset_s(string, strlen(string), 0, strlen(string))
        #else
        // Unlike memset it is never left out because nobody reads the memory again.
        unsafe explicit_bzero(string, strlen(string))
        #endif
    }

    /// Calls `body` with the texts as C strings and a null at the end; overwrites them afterwards, for one may be a
    /// password.
    private static func withCStrings<Result>(
        _ texts: [String?],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var strings = unsafe texts.map { text -> UnsafeMutablePointer<CChar>? in
            guard let text else { return nil }
            return unsafe strdup(text)
        }
        unsafe strings.append(nil)
        defer {
            for place in unsafe strings.indices {
                guard let string = unsafe strings[place] else { continue }
                unsafe wipe(string)
                unsafe free(string)
            }
        }
        let pointers = unsafe strings.map { string -> UnsafePointer<CChar>? in unsafe UnsafePointer(string) }
        return unsafe pointers.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("an array with a member has a start") }
            return unsafe body(start)
        }
    }
}

extension PostgreSQLError {
    /// Itself, but never with this text in it.
    fileprivate func without(_ secret: String?) -> PostgreSQLError {
        guard let secret, !secret.isEmpty, message.contains(secret) else { return self }
        return PostgreSQLError(code, "the connection failed", state: state)
    }
}
