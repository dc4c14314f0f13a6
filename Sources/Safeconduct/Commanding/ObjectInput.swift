// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// Reads an object as people write it: names for references, free text in clear, no id.
struct ObjectInput<Object: TrustObject> {
    private let value: JSONValue
    private let sealer: Sealer?

    /// - Parameter sealer: Nil for a look at what else the object says: no text is sealed.
    init(_ value: JSONValue, sealer: Sealer?) {
        self.value = value
        self.sealer = sealer
    }

    /// The object, its free text sealed.
    ///
    /// - Parameters:
    ///   - id: The id it has or will have.
    ///   - references: Resolves what it refers to.
    ///   - present: What is registered under the id now; free text that has not changed keeps its seal, so that putting
    ///     the same object again changes nothing.
    ///   - mayDropText: Whether an object without its text is better than none, should the text find no room.
    func object(
        id: ObjectID,
        references: NamedReferences,
        present: Object?,
        mayDropText: Bool = false
    ) throws(CommandRefusal) -> Object {
        var (object, texts) = try read(id: id, references: references)
        do {
            object.sealed = try seal(texts, id, references.now, present?.sealed)
        } catch {
            if mayDropText { return object }
            throw CommandRefusal(CommandRefusal.Code(description: "unavailable"), "", "the text can't be sealed now")
        }
        return object
    }

    /// The object without its free text, and that text in clear: nothing is kept anywhere.
    func read(
        id: ObjectID,
        references: NamedReferences
    ) throws(CommandRefusal) -> (object: Object, texts: JSONObject) {
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            var texts = JSONObject()
            for field in Object.freeText {
                guard let text = try reader.optionalString(field) else { continue }
                guard text.utf8.count <= 4096 else {
                    throw ShapeError(.value, reader.pointer(to: field), "at most 4096 bytes are allowed")
                }
                texts[field] = .string(text)
            }
            let object = try Object(&reader, id: id, references: references)
            try reader.finish()
            return (object, texts)
        } catch {
            throw CommandRefusal(CommandRefusal.Code(description: error.code.description), error.pointer, error.message)
        }
    }

    private func seal(
        _ texts: JSONObject,
        _ id: ObjectID,
        _ now: Timestamp,
        _ present: SealedText?
    ) throws -> SealedText? {
        guard let sealer else { return texts.isEmpty ? nil : present }
        let plain = JSONValue.object(texts)
        if let present, let old = try sealer.open(present), try JSONValue(parsing: old) == plain { return present }
        return texts.isEmpty ? nil : try sealer.seal(plain.serialized(), for: id, at: now)
    }
}
