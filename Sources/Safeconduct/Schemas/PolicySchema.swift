// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// The schema that a policy set is held to: the shipped one and the set's own.
struct PolicySchema: Sendable {
    /// The whole.
    let schema: Schema
    /// Reads the attributes of requests, the method left out; nil when the set has no schema of its own, and nothing is
    /// checked of requests.
    let request: RequestReader?
    /// What the set's own schema declares and may not, though it can be read: told of before the set is activated, so that
    /// one that an earlier release activated goes on deciding.
    let fault: PolicyRefusal?

    /// The schema of a set.
    ///
    /// - Throws: ``PolicyRefusal`` with the place in the set's own schema.
    init(of set: TrustModel.PolicySet) throws(PolicyRefusal) {
        let files = set.files.filter { $0.content == .schema }
        guard set.realm == .calls else {
            if let file = files.first {
                throw PolicyRefusal(
                    "schema",
                    file: file.name,
                    nil,
                    "policies of commands have the shipped schema alone"
                )
            }
            self.init(try Self.commands.get(), request: nil)
            return
        }
        guard !files.isEmpty else {
            self.init(try Self.calls.get(), request: nil)
            return
        }
        let resolved: Schema
        do throws(SchemaError) {
            resolved = try Schema(parsing: ([ShippedSchema.calls] + files.map { $0.text + "\n" }).joined())
        } catch {
            throw Self.refusal(error, files)
        }
        let shipped = try Self.calls.get()
        if let other = resolved.actions.keys.filter({ shipped.actions[$0] == nil }).min() {
            throw PolicyRefusal(
                "schema",
                file: files.count == 1 ? files[0].name : "",
                nil,
                "the action \(other) is never asked for",
                help: "what calls do is 'read' or 'write'; name operations in the resource's place"
            )
        }
        guard let attributes = Self.attributes(of: resolved) else {
            throw PolicyRefusal(
                "schema",
                file: files.count == 1 ? files[0].name : "",
                nil,
                "RequestAttributes is a record of the attributes that requests have"
            )
        }
        guard attributes["method"] == nil else {
            throw PolicyRefusal(
                "schema",
                file: files.count == 1 ? files[0].name : "",
                nil,
                "'method' of RequestAttributes is the operation's own, and a String",
                help: "leave it out: policies see context.request.method"
            )
        }
        self.init(
            Self.addingMethod(to: resolved),
            request: RequestReader(attributes, resolved),
            fault: Self.takenName(in: files)
        )
    }

    private init(_ schema: Schema, request: RequestReader?, fault: PolicyRefusal? = nil) {
        self.schema = schema
        self.request = request
        self.fault = fault
    }

    private static let calls = shipped(ShippedSchema.calls + ShippedSchema.noAttributes).map(addingMethod)
    private static let commands = shipped(ShippedSchema.commands)

    private static func shipped(_ text: String) -> Result<Schema, PolicyRefusal> {
        do throws(SchemaError) { return .success(try Schema(parsing: text)) } catch {
            // A test holds the shipped texts to be schemas.
            return .failure(PolicyRefusal("schema", file: "", nil, "the shipped schema: \(error)"))
        }
    }

    /// The first declaration under a name that means something else in Cedar; nil when there is none.
    private static func takenName(in files: [TrustModel.PolicySet.File]) -> PolicyRefusal? {
        let own = try? SchemaFragment(parsing: files.map { $0.text + "\n" }.joined())
        let names = own?.namespaces.flatMap(\.typeNames) ?? []
        return names.first { SchemaFragment.languageTypes.contains($0.text) }.map { name in
            refusal(
                "\(name.text.quoted) is a type of the language; declare this under another name",
                name.position,
                files
            )
        }
    }

    private static func lines(_ text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

    /// What is wrong, and where in which file: the files are read as one text, with the shipped one first.
    private static func refusal(_ error: SchemaError, _ files: [TrustModel.PolicySet.File]) -> PolicyRefusal {
        guard let position = error.position else { return PolicyRefusal("schema", file: "", nil, error.message) }
        let line = position.line - lines(ShippedSchema.calls)
        guard line > 0 else {
            let help = "a set's schema says which attributes requests have: type RequestAttributes = { amount?: Long };"
            let file = files.count == 1 ? files[0].name : ""
            return PolicyRefusal("schema", file: file, nil, error.message, help: help)
        }
        return refusal(error.message, SourcePosition(offset: 0, line: line, column: position.column), files)
    }

    /// What is wrong at a place of the set's own text, all of its files one behind the other.
    private static func refusal(
        _ message: String,
        _ position: SourcePosition?,
        _ files: [TrustModel.PolicySet.File]
    ) -> PolicyRefusal {
        guard let position else { return PolicyRefusal("schema", file: "", nil, message) }
        var line = position.line
        for file in files {
            let own = lines(file.text) + 1
            if line <= own || file.name == files.last?.name {
                let place = SourcePosition(offset: 0, line: line, column: position.column)
                return PolicyRefusal("schema", file: file.name, place, message)
            }
            line -= own
        }
        return PolicyRefusal("schema", file: "", nil, message)
    }

    /// The attributes of requests as the set's schema names them; nil when it makes them anything but a record.
    private static func attributes(of schema: Schema) -> RecordType? {
        let context = schema.actions.values.first { !$0.principals.isEmpty }?.context
        guard case .record(let attributes)? = context?["request"]?.type else { return nil }
        return attributes
    }

    /// An attribute that requests may lack.
    private static func optional(_ attribute: RecordType.Attribute) -> RecordType.Attribute {
        RecordType.Attribute(name: attribute.name, type: attribute.type, isRequired: false)
    }

    /// The same schema with the method among the attributes of requests: it is the operation's own, whatever is sent.
    /// Where a credential is issued there is no request yet, so no other attribute is sure to be there.
    private static func addingMethod(to schema: Schema) -> Schema {
        let method = RecordType.Attribute(name: "method", type: .string)
        let actions = schema.actions.values.map { action -> Schema.Action in
            let context = action.context.attributes.map { attribute -> RecordType.Attribute in
                guard attribute.name == "request", case .record(let request) = attribute.type else { return attribute }
                let attributes = action.uid.id == "issue" ? request.attributes.map(optional) : request.attributes
                return RecordType.Attribute(
                    name: "request",
                    type: .record(RecordType(attributes + [method])),
                    isRequired: true
                )
            }
            return Schema.Action(
                uid: action.uid,
                parents: action.parents,
                ancestors: action.ancestors,
                principals: action.principals,
                resources: action.resources,
                context: RecordType(context)
            )
        }
        return Schema(entityTypes: Array(schema.entityTypes.values), actions: actions)
    }
}
