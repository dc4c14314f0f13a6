// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// One of the two forms of a registered object: what people write, and what answers show.
///
/// Each kind lists its members once, for both; only references, defaults and what the engine adds differ.
struct ObjectForm {
    /// Whether it is what people write: names for references, null for what is absent.
    let isInput: Bool
    /// Whether people write the name into the object, where no path has it.
    var namesItself = false

    /// A member that people may leave out and that answers always have.
    func defaulted(_ name: String, _ schema: Schema) -> Schema.Member {
        isInput ? .optional(name, schema.orNull) : .required(name, schema)
    }

    /// A member that may be absent in either form.
    func optional(_ name: String, _ schema: Schema) -> Schema.Member {
        .optional(name, isInput ? schema.orNull : schema)
    }

    /// A reference to an object of one kind.
    func reference(to kind: ObjectKind) -> Schema { isInput ? .reference(to: kind) : .id(kind) }

    /// Owner, purpose, boundary, expiry (DESIGN invariant 1).
    ///
    /// - Parameter ownerIsOptional: Operators may answer for themselves.
    func custody(ownerIsOptional: Bool = false) -> [Schema.Member] {
        let owner = reference(to: .operator).described("The operator that answers for it.")
        let common: [Schema.Member] = [
            isInput && ownerIsOptional ? .optional("owner", owner.orNull) : .required("owner", owner),
            .required("purpose", .term), .required("boundary", .term),
        ]
        guard isInput else { return common + [.required("expires_at", .timestamp)] }
        return common + [
            .optional("expires_at", Schema.timestamp.orNull.described("Required unless `expires_in` is given.")),
            .optional(
                "expires_in",
                .string(pattern: "^[1-9][0-9]{0,8}[smhd]$").example("90d").orNull
                    .described("From now on; once registered, the expiry stays until `expires_at` says otherwise.")
            ),
        ]
    }

    /// The whole object.
    ///
    /// - Parameter more: What only one answer shows.
    func object(
        _ name: String,
        _ kind: ObjectKind,
        freeText: [String],
        named: Bool = true,
        _ members: [Schema.Member],
        adding more: [Schema.Member] = []
    ) -> Schema {
        let texts = freeText.map { optional($0, .freeText) }
        guard !isInput else {
            // In a PUT the path names the object; a body that names it, too, names the same.
            let named: [Schema.Member] = named ? [.optional("name", Schema.name.orNull)] : []
            let own: [Schema.Member] = namesItself ? [.required("name", .name)] : named
            let whole = Schema.object(own + members + texts)
            guard members.contains(where: { $0.name == "expires_in" }) else { return .named("\(name)Input", whole) }
            let either: [JSONValue] = ["expires_at", "expires_in"].map { name in
                let text: JSONValue = ["type": "string"]
                return ["required": [.string(name)], "properties": .object(JSONObject([(name, text)]))]
            }
            return .named("\(name)Input", whole.with("anyOf", .array(either)))
        }
        let own: [Schema.Member] = named ? [.required("name", .name)] : []
        let added: [Schema.Member] = [
            .optional("owner_name", .name),
            .optional("erased", Schema.boolean.described("Its free text's key was destroyed.")),
            .optional("reason_dropped", Schema.boolean.described("A cut or hold that was made without its reason.")),
            .optional("hold", Schema.id(.hold).described("In lists: a hold that is on it.")),
            .optional("holds", Schema.array(of: .id(.hold)).described("The holds that are on it.")),
            .required("retired", .boolean),
            .required("created_rev", .revision), .required("rev", .revision),
            .required("changed_at", .timestamp),
        ]
        return .named(name, .object([.required("id", .id(kind))] + own + members + texts + more + added))
    }
}
