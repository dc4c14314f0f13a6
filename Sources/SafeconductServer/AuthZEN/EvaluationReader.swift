// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads AuthZEN requests: unknown members are ignored, known ones have their type or the request is refused.
///
/// A member that is null counts as absent.
struct EvaluationReader {
    /// The most items of one batch.
    static let maximumItems = 1000

    /// What a request to the evaluations endpoint asks.
    enum Batch {
        /// No `evaluations`, or none in it: one question, answered like one (section 7.1).
        case single(Evaluation)
        case many([EvaluationItem], EvaluationsSemantic)
    }

    /// The question of the evaluation endpoint (section 6.1).
    static func single(_ value: JSONValue) throws(Problem) -> Evaluation {
        try evaluation(try object(value, at: .top), defaults: .none, at: .top)
    }

    /// The questions of the evaluations endpoint (section 7.1).
    static func batch(_ value: JSONValue) throws(Problem) -> Batch {
        let request = try object(value, at: .top)
        let semantic = try semantic(try optionalObject("options", of: request, at: .top))
        guard let listed = present("evaluations", of: request) else {
            return .single(try evaluation(request, defaults: .none, at: .top))
        }
        guard case .array(let elements) = listed else {
            throw wrongType("an array", listed, at: Place.top.member("evaluations"))
        }
        if elements.isEmpty { return .single(try evaluation(request, defaults: .none, at: .top)) }
        guard elements.count <= maximumItems else {
            throw Problem(
                .tooManyEvaluations,
                "\(elements.count) evaluations; one request takes \(maximumItems)",
                faults: [Problem.Fault(pointer: "/evaluations", code: "too_many", detail: "at most \(maximumItems)")],
                members: [("maximum_evaluations", .integer(Int64(maximumItems)))]
            )
        }
        try checkDefaults(request)
        let defaults = Defaults.read(request)
        var items: [EvaluationItem] = []
        items.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            let place = Place(item: index)
            do throws(Problem) {
                let own = try object(element, at: place)
                items.append(.valid(try evaluation(own, defaults: defaults, at: place)))
            } catch {
                items.append(.invalid(error))
            }
        }
        return .many(items, semantic)
    }

    /// Where something stands in a request; its JSON pointer (RFC 6901) is made only when there is a fault.
    struct Place {
        /// The item of the batch; nil for the request itself.
        var item: Int?
        private var outer: String?
        private var inner: String?

        init(item: Int? = nil) { self.item = item }

        /// The request itself.
        static var top: Place { Place() }

        func member(_ name: String) -> Place {
            var member = self
            if outer == nil { member.outer = name } else { member.inner = name }
            return member
        }

        var pointer: String {
            [item.map { "evaluations/\($0)" }, outer, inner].compactMap { $0 }.map { "/\($0)" }.joined()
        }
    }

    // MARK: - Parts

    /// A default that no item uses is checked all the same: its fault is one of the whole request.
    private static func checkDefaults(_ request: JSONObject) throws(Problem) {
        for (name, fields) in [("subject", ["type", "id"]), ("action", ["name"]), ("resource", ["type", "id"])] {
            guard let part = try optionalObject(name, of: request, at: .top) else { continue }
            for field in fields { _ = try optionalString(field, of: part, at: Place.top.member(name)) }
            _ = try optionalObject("properties", of: part, at: Place.top.member(name))
        }
        _ = try optionalObject("context", of: request, at: .top)
        _ = try wantsExplanation(request, at: .top)
    }

    private static func semantic(_ options: JSONObject?) throws(Problem) -> EvaluationsSemantic {
        guard let options,
            let name = try optionalString("evaluations_semantic", of: options, at: Place.top.member("options"))
        else {
            return .executeAll
        }
        guard let semantic = EvaluationsSemantic(rawValue: name) else {
            let names = EvaluationsSemantic.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(
                "invalid_value",
                "one of \(names) is expected",
                at: Place.top.member("options").member("evaluations_semantic")
            )
        }
        return semantic
    }

    private static func evaluation(
        _ own: JSONObject,
        defaults: Defaults,
        at place: Place
    ) throws(Problem) -> Evaluation {
        Evaluation(
            subject: try entity("subject", own, defaults, defaults.subject, at: place),
            action: try action(own, defaults, at: place),
            resource: try entity("resource", own, defaults, defaults.resource, at: place),
            context: try context(own, defaults, at: place),
            wantsExplanation: try wantsExplanation(own, defaults, at: place)
        )
    }

    // An item's own word, else that of the batch.
    private static func wantsExplanation(
        _ own: JSONObject,
        _ defaults: Defaults,
        at place: Place
    ) throws(Problem) -> Bool {
        if let own = try wantsExplanation(own, at: place) { return own }
        return try wantsExplanation(defaults.request, at: .top) ?? false
    }

    private static func wantsExplanation(_ request: JSONObject, at place: Place) throws(Problem) -> Bool? {
        guard let options = try optionalObject("options", of: request, at: place),
            let value = present("explain", of: options)
        else { return nil }
        guard case .bool(let wanted) = value else {
            throw wrongType("true or false", value, at: place.member("options").member("explain"))
        }
        return wanted
    }

    private static func context(
        _ own: JSONObject,
        _ defaults: Defaults,
        at place: Place
    ) throws(Problem) -> JSONObject {
        if let context = try optionalObject("context", of: own, at: place) { return context }
        return try optionalObject("context", of: defaults.request, at: .top) ?? JSONObject()
    }

    /// What the items of a batch share, read once: most of them leave out what all of them have.
    struct Defaults {
        let request: JSONObject
        // A default that is not whole is none here: an item that needs it is told so by its own pointer.
        private(set) var subject: Evaluation.Entity?
        private(set) var action: Evaluation.Action?
        private(set) var resource: Evaluation.Entity?

        /// Those of a request that asks one question.
        static var none: Defaults { Defaults(request: JSONObject()) }

        static func read(_ request: JSONObject) -> Defaults {
            var defaults = Defaults(request: request)
            defaults.subject = try? entity("subject", request, .none, nil, at: .top)
            defaults.action = try? EvaluationReader.action(request, .none, at: .top)
            defaults.resource = try? entity("resource", request, .none, nil, at: .top)
            return defaults
        }
    }

    static func entity(
        _ name: String,
        _ own: JSONObject,
        _ defaults: Defaults,
        _ whole: Evaluation.Entity?,
        at place: Place
    ) throws(Problem) -> Evaluation.Entity {
        if let whole, present(name, of: own) == nil { return whole }
        let part = try Part(name, own, defaults, at: place)
        return Evaluation.Entity(
            type: try part.string("type"),
            id: try part.string("id"),
            properties: try part.properties()
        )
    }

    static func action(
        _ own: JSONObject,
        _ defaults: Defaults,
        at place: Place
    ) throws(Problem) -> Evaluation.Action {
        if let whole = defaults.action, present("action", of: own) == nil { return whole }
        let part = try Part("action", own, defaults, at: place)
        return Evaluation.Action(name: try part.string("name"), properties: try part.properties())
    }

    /// A subject, action or resource of one item.
    ///
    /// An item's own object replaces the default whole, properties included; only a `type`, `id` or `name` that it
    /// lacks is taken from the default, as the certification scenario 1.0 (Batch, default value merging) demands.
    struct Part {
        let own: JSONObject
        let fallback: JSONObject?
        let place: Place

        init(_ name: String, _ item: JSONObject, _ defaults: Defaults, at base: Place) throws(Problem) {
            place = base.member(name)
            let inherited = try optionalObject(name, of: defaults.request, at: .top)
            if let own = try optionalObject(name, of: item, at: base) {
                self.own = own
                fallback = inherited
            } else if let inherited {
                own = inherited
                fallback = nil
            } else {
                throw fault("missing", "'\(name)' is required", at: place)
            }
        }

        func string(_ name: String) throws(Problem) -> String {
            if let text = try optionalString(name, of: own, at: place) { return text }
            if let fallback, let text = try optionalString(name, of: fallback, at: place) { return text }
            throw fault("missing", "'\(name)' is required", at: place.member(name))
        }

        func properties() throws(Problem) -> JSONObject {
            try optionalObject("properties", of: own, at: place) ?? JSONObject()
        }
    }

    // MARK: - Members

    static func present(_ name: String, of object: JSONObject) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    static func object(_ value: JSONValue, at place: Place) throws(Problem) -> JSONObject {
        guard case .object(let object) = value else { throw wrongType("an object", value, at: place) }
        return object
    }

    static func optionalObject(
        _ name: String,
        of object: JSONObject,
        at place: Place
    ) throws(Problem) -> JSONObject? {
        guard let value = present(name, of: object) else { return nil }
        return try Self.object(value, at: place.member(name))
    }

    static func optionalString(
        _ name: String,
        of object: JSONObject,
        at place: Place
    ) throws(Problem) -> String? {
        guard let value = present(name, of: object) else { return nil }
        guard case .string(let text) = value else { throw wrongType("a string", value, at: place.member(name)) }
        return text
    }

    static func wrongType(_ expected: String, _ value: JSONValue, at place: Place) -> Problem {
        fault("wrong_type", "\(expected) is expected, not \(value.kindName)", at: place)
    }

    static func fault(_ code: String, _ detail: String, at place: Place) -> Problem {
        let pointer = place.pointer
        return Problem(
            .invalidRequest,
            pointer.isEmpty ? detail : "\(pointer): \(detail)",
            faults: [Problem.Fault(pointer: pointer, code: code, detail: detail)]
        )
    }
}
