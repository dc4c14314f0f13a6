// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
internal import TrustModel

extension PolicyReview {
    /// Writes what an activation would change or has changed, and the warnings, as members of an object.
    public func renderMembers(to writer: inout JSONWriter) {
        writer.key("change")
        writer.beginObject()
        for (key, ids) in [
            ("forbids_weakened", change.forbidsWeakened), ("forbids_removed", change.forbidsRemoved),
            ("forbids_changed", change.forbidsChanged),
        ] {
            writer.key(key)
            writer.beginArray()
            for id in ids { writer.string(id) }
            writer.endArray()
        }
        writer.endObject()
        writer.key("warnings")
        writer.beginArray()
        for warning in warnings.prefix(Self.shown) { warning.render(to: &writer) }
        writer.endArray()
        if warnings.count > Self.shown {
            writer.key("warnings_total")
            writer.integer(Int64(warnings.count))
        }
        writer.key("tests")
        tests.render(to: &writer)
    }

    /// Writes the review of a set that is not activated.
    public func render(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("digest")
        writer.string(digest.description)
        renderMembers(to: &writer)
        if let refusal {
            writer.key("refusal")
            writer.beginObject()
            for (key, text) in [
                ("pointer", refusal.pointer), ("code", refusal.code.description), ("detail", refusal.message),
            ] {
                writer.key(key)
                writer.string(text)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    /// The most warnings that are told of.
    private static var shown: Int { 1000 }
}

extension PolicyFinding {
    /// Writes the finding.
    public func render(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, text) in [
            ("severity", severity.rawValue), ("code", code), ("file", file), ("policy", policy), ("message", message),
            ("help", help),
        ] {
            guard let text else { continue }
            writer.key(key)
            writer.string(text)
        }
        for (key, number) in [("line", line), ("column", column)] {
            writer.key(key)
            writer.integer(Int64(number))
        }
        writer.endObject()
    }
}

extension PolicyTestReport {
    /// Writes how many tests passed and failed, each that failed, and the policies that none is about.
    public func render(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, number) in [("passed", cases.count - failed.count), ("failed", failed.count)] {
            writer.key(key)
            writer.integer(Int64(number))
        }
        writer.key("failures")
        writer.beginArray()
        for test in failed.prefix(Self.shown) { test.render(to: &writer) }
        writer.endArray()
        writer.key("untested_total")
        writer.integer(Int64(untested.count))
        writer.key("untested")
        writer.beginArray()
        for policy in untested.prefix(Self.shown) { writer.string(policy) }
        writer.endArray()
        writer.endObject()
    }

    /// The most tests that are told of, and policies: how many there are in all is told beside them.
    private static var shown: Int { 100 }
}

extension PolicyTestReport.Case {
    /// Writes what was expected and what came of it.
    public func render(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, text) in [
            ("file", file), ("name", name), ("expected", expected.rawValue), ("outcome", outcome.rawValue),
            ("reason", reason),
        ] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("line")
        writer.integer(Int64(line))
        for (key, texts) in [("policies", policies), ("faults", faults)] {
            writer.key(key)
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
        writer.endObject()
    }
}
