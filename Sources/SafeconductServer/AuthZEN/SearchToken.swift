// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JOSE
import Safeconduct
import StrictJSON

/// What `next_token` carries: which search it continues, and where.
///
/// The server keeps nothing between pages. A token goes on where its page ended, whatever was added or removed since, on
/// any node and after a restart; with other parameters than those it was given for, it is refused. It opens nothing:
/// whoever makes one up sees what a search from the beginning would show.
struct SearchToken: Equatable {
    /// Where the page ended, in the decision point's own words.
    let position: String
    private let digest: [UInt8]

    /// The bytes of a digest that are kept: enough to tell parameters apart.
    private static var digestLength: Int { 16 }

    /// The token for the page behind `position` of a search.
    init(_ position: String, of search: AccessSearch) {
        self.position = position
        digest = search.digest
    }

    /// The token of a request; nil when it asks for the first page.
    ///
    /// - Throws: A ``Problem`` with 400 when it is no token, or one of another search.
    init?(of search: AccessSearch) throws(Problem) {
        guard let text = search.page.token else { return nil }
        let bytes = Base64URL.decode(text) ?? []
        guard bytes.count >= Self.digestLength, bytes.prefix(Self.digestLength).elementsEqual(search.digest),
            let position = String(validating: bytes.dropFirst(Self.digestLength), as: UTF8.self)
        else {
            let detail = "the token is of another search; it goes with the parameters of the page it came with"
            throw Problem(
                .invalidRequest,
                "/page/token: \(detail)",
                faults: [Problem.Fault(pointer: "/page/token", code: "invalid_value", detail: detail)]
            )
        }
        self.position = position
        digest = search.digest
    }

    /// The text form.
    var text: String { Base64URL.string(digest + Array(position.utf8)) }
}

extension AccessSearch {
    /// What tells this search's parameters from others': all but the page, whatever order members stood in.
    fileprivate var digest: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginArray()
        writer.string(sought.rawValue)
        for entity in [subject, resource] {
            writer.string(entity.type)
            writer.string(entity.id)
            Self.write(.object(entity.properties), to: &writer)
        }
        writer.string(action.name)
        Self.write(.object(action.properties), to: &writer)
        // What a point says of itself changes from page to page, and nothing that is found.
        var context = context
        context[PointReport.member] = nil
        Self.write(.object(context), to: &writer)
        writer.endArray()
        return Array(SHA256.hash(data: writer.bytes).prefix(16))
    }

    // The parser bounded how deep this goes.
    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .array(let elements):
            writer.beginArray()
            for element in elements { write(element, to: &writer) }
            writer.endArray()
        case .object(let object):
            writer.beginObject()
            for member in object.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                writer.key(member.key)
                write(member.value, to: &writer)
            }
            writer.endObject()
        default: writer.value(value)
        }
    }
}
