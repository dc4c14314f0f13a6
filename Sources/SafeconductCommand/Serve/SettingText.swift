// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import Safeconduct
import StrictJSON
import WorkloadIdentity

/// The values of settings as people write them, whatever the source.
enum SettingText {
    /// Why a text is no value: a sentence to be read after the setting's name.
    struct Failure: Error, Equatable {
        let message: String
    }

    static func listen(_ text: String) throws(Failure) -> ListenAddress {
        guard let address = ListenAddress(text) else {
            throw Failure(message: "an address such as 127.0.0.1:8470 or [::1]:8470 is expected")
        }
        return address
    }

    static func tls(_ text: String) throws(Failure) -> TLSSetting {
        switch text {
        case "": throw Failure(message: "off, auto or a directory is expected")
        case "off": return .off
        case "auto": return .automatic
        default: return .directory(try path(text))
        }
    }

    static func path(_ text: String) throws(Failure) -> String {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Failure(message: "a path is expected") }
        return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    static func node(_ text: String) throws(Failure) -> UInt16 {
        guard let number = UInt16(text), EngineConfiguration.nodes.contains(number) else {
            throw Failure(message: "1 to \(EngineConfiguration.nodes.upperBound) is expected")
        }
        return number
    }

    /// A log's origin: a domain and path that the operator owns, without a scheme (C2SP tlog-checkpoint).
    static func origin(_ text: String) throws(Failure) -> String {
        guard (1...200).contains(text.utf8.count), !text.contains("://"), !text.hasSuffix("/"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "+") })
        else { throw Failure(message: "a domain and path without a scheme is expected, such as trust.example.com") }
        return text
    }

    static func publicURL(_ text: String) throws(Failure) -> String {
        do throws(CommandFailure) { return try ServerURL(text).text } catch { throw Failure(message: error.message) }
    }

    static func bool(_ text: String) throws(Failure) -> Bool {
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw Failure(message: "true or false is expected")
        }
    }

    static func block(_ text: String) throws(Failure) -> AddressBlock {
        do throws(WorkloadIdentityError) { return try AddressBlock(text) } catch {
            throw Failure(message: error.message)
        }
    }

    /// A time span such as `30s`, `5m` or `1h`, in milliseconds; at most an hour, the time in which outcomes are taken.
    static func outcomeWindow(_ text: String) throws(Failure) -> Int64 {
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...3600).contains(count),
            count * unit <= 3_600_000
        else { throw Failure(message: "a time span from 1s to 1h is expected, such as 5m") }
        return count * unit
    }

    static func httpIssuers(_ text: String) throws(Failure) -> HTTPIssuers {
        try choice(text, HTTPIssuers.allCases.map(\.rawValue)) { HTTPIssuers(rawValue: $0) }
    }

    static func logLevel(_ text: String) throws(Failure) -> Logger.Level {
        try choice(text, Logger.Level.allCases.map(\.rawValue)) { Logger.Level(rawValue: $0) }
    }

    static func logFormat(_ text: String) throws(Failure) -> LogFormat {
        try choice(text, LogFormat.allCases.map(\.rawValue)) { LogFormat(rawValue: $0) }
    }

    /// A number of seconds, from one to an hour, such as `10s`.
    static func interval(_ text: String) throws(Failure) -> Duration {
        guard text.hasSuffix("s"), let seconds = UInt16(text.dropLast()), (1...3600).contains(seconds) else {
            throw Failure(message: "seconds such as 10s are expected, at most 3600s")
        }
        return .seconds(Int64(seconds))
    }

    private static func choice<Value>(
        _ text: String,
        _ words: [String],
        _ read: (String) -> Value?
    ) throws(Failure) -> Value {
        if let value = read(text) { return value }
        let near = nearestName(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
        throw Failure(message: "one of \(words.joined(separator: ", ")) is expected\(near)")
    }
}
