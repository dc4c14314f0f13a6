// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The five letters and digits by which PostgreSQL says what went wrong (SQL:2016 part 2 clause 24.1; PostgreSQL
/// appendix A). The first two are the class.
public struct SQLState: Sendable, Hashable, CustomStringConvertible {
    /// The five characters.
    public let description: String

    /// Reads five capital letters and digits; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }) else {
            return nil
        }
        description = String(decoding: bytes, as: UTF8.self)
    }

    private init(known text: String) { description = text }

    /// Its first two characters.
    public var sqlClass: String { String(description.prefix(2)) }

    /// The password is wrong, or nobody has that name: the server does not tell which.
    public static let invalidPassword = SQLState(known: "28P01")
    /// The name may not log in, or not from here.
    public static let invalidAuthorization = SQLState(known: "28000")
    /// There is no such database.
    public static let undefinedDatabase = SQLState(known: "3D000")
    /// The right to do this is missing.
    public static let insufficientPrivilege = SQLState(known: "42501")
    /// There is no such role, or another object.
    public static let undefinedObject = SQLState(known: "42704")
    /// There is one of this name.
    public static let duplicateObject = SQLState(known: "42710")
    /// Something still belongs to what is to be dropped.
    public static let dependentObjects = SQLState(known: "2BP01")

    /// Whether it is the answer to a login that the server heard and turned down, and not one that it could not hear.
    ///
    /// A missing database counts: the server looks for it only after it has believed the credential, so on its own it is
    /// no refusal (``isRefusedLogin`` is false for it).
    public var isRefusedLogin: Bool { self == .invalidPassword || self == .invalidAuthorization }
}
