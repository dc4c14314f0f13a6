// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

extension PlacedEntry {
    /// An entry's body is shown up to this many bytes; of a larger one the entry says so.
    public static let longestBody = 64 << 10

    /// Writes the entry as the API shows it: its stored members, without what is encrypted.
    ///
    /// - Parameter names: The state whose names stand for ids.
    public func render(names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        member("kind", entry.body.kind, &writer)
        member("at", entry.time.description, &writer)
        member("by", entry.by.description, &writer)
        if let name = names.summary(of: entry.by)?.name, !name.isEmpty { member("by_name", name, &writer) }
        if let subject = entry.body.subject {
            member("subject", subject.description, &writer)
            if let name = names.summary(of: subject)?.name, !name.isEmpty { member("name", name, &writer) }
        }
        if let auth = entry.auth {
            writer.key("auth")
            auth.write(to: &writer)
        }
        renderBody(to: &writer)
        writer.endObject()
    }

    /// Writes what an enforcement point has to know of the entry; gives false, and writes nothing, when that is nothing.
    ///
    /// What ends or stops credentials and callers, and what decides: by ids alone.
    public func renderForPoints(_ state: TrustState, to writer: inout JSONWriter) -> Bool {
        var scope: Scope?
        var digest: Fingerprint?
        switch entry.body {
        case .cut(let cut): scope = cut.scope
        case .placeHold(let hold): scope = hold.scope
        case .endTask(let end): scope = Scope(task: end.task)
        case .liftHold(let lift): scope = state.holds[lift.hold]?.object.scope
        // What decides about commands is no business of those who ask about calls.
        case .activatePolicies(let set) where set.realm == .commands: return false
        case .enforcePolicies(let move), .rollBackPolicies(let move):
            guard let set = state.policySets[move.set]?.object, set.realm == .calls else { return false }
            digest = set.digest
        case .activatePolicies(let set): digest = set.digest
        case .retire, .logOpen: break
        default: return false
        }
        writer.beginObject()
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        member("kind", entry.body.kind, &writer)
        member("at", entry.time.description, &writer)
        if let subject = entry.body.subject { member("subject", subject.description, &writer) }
        if let scope {
            writer.key("scope")
            writer.beginObject()
            member("kind", scope.kind.rawValue, &writer)
            if !scope.value.isEmpty { member("id", scope.value, &writer) }
            writer.endObject()
        }
        if let digest { member("digest", digest.description, &writer) }
        writer.endObject()
        return true
    }

    private func renderBody(to writer: inout JSONWriter) {
        writer.key("body")
        // Sixteen mebibytes of policies are read where they are looked for; here stands which they are.
        if let set = entry.body.object(PolicySet.self) {
            writer.beginObject()
            member("id", set.id.description, &writer)
            member("digest", set.digest.description, &writer)
            if set.realm != .calls { member("realm", set.realm.rawValue, &writer) }
            writer.key("files")
            writer.beginArray()
            for file in set.files { writer.string(file.name) }
            writer.endArray()
            return writer.endObject()
        }
        let stored = entry.stored()
        guard stored.count <= Self.longestBody, case .object(let members)? = try? JSONValue(parsing: stored)["body"]
        else { return writer.string("omitted") }
        writer.beginObject()
        for member in members where member.key != "sealed" {
            writer.key(member.key)
            writer.value(member.value)
        }
        writer.endObject()
    }

    private func member(_ key: String, _ text: String, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.string(text)
    }
}
