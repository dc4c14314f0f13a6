// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TypeChecker {
    /// `a.x`.
    mutating func attribute(_ task: Task, _ operand: NodeID, _ answer: Answer, _ name: Text) -> Answer {
        let receiver = expect(answer, at: operand, .entityOrRecord)
        guard let type = receiver.type else { return .faulty(nil) }
        spend(type.alternatives)
        guard let attribute = table.attribute(name, of: type) else {
            unknownAttribute(name, of: type, at: task.node)
            return .faulty(nil)
        }
        let isKnown = capabilities.number(of: task.node).map(task.known.contains) ?? false
        guard attribute.isRequired || isKnown else {
            report(
                .unguardedAttribute,
                "the attribute \(name.bare) of \(subject(operand, type)) is optional and may be absent",
                at: task.node,
                help: "guard it: '\(source(operand)) has \(name.bare) && ...'"
            )
            return .faulty(attribute.type)
        }
        return Answer(type: attribute.type).after(receiver)
    }

    /// `a has x` or `a has x.y.z`, which is `a has x && a.x has y && a.x.y has z`.
    mutating func has(_ task: Task, _ operand: NodeID, _ answer: Answer, _ path: ArraySlice<Text>) -> Answer {
        let receiver = expect(answer, at: operand, .entityOrRecord)
        guard let first = path.first, var type = receiver.type else { return .faulty(.bool) }
        spend(path.count + type.alternatives)
        var joined = has(task, step: 0, type, first, knowing: task.known)
        for (step, name) in path.dropFirst().enumerated() where joined.type != .truth(false) {
            let known = task.known.union(joined.known)
            let before = path[path.startIndex + step]
            // The step before has just seen the attribute, so it may be read; unless no type says what it is.
            guard let attribute = table.attribute(before, of: type) else {
                unknownAttribute(before, of: type, at: task.node)
                return .faulty(.bool)
            }
            type = attribute.type
            let checked = expect(Answer(type: type), at: task.node, .entityOrRecord)
            guard checked.type != nil else { return .faulty(.bool) }
            joined = Self.both(joined, has(task, step: step + 1, type, name, knowing: known))
        }
        return joined.after(receiver)
    }

    private func has(
        _ task: Task,
        step: Int,
        _ type: StaticType,
        _ name: Text,
        knowing known: CapabilitySet
    ) -> Answer {
        guard let attribute = table.attribute(name, of: type) else {
            return Answer(type: table.mayHave(name, type) ? .bool : .truth(false))
        }
        let number = capabilities.number(ofStep: step, at: task.node)
        // An entity need not exist, so even a required attribute may be missing; not so in a record.
        let isCertain = known.contains(number) || (attribute.isRequired && type.isRecord)
        return Answer(type: isCertain ? .truth(true) : .bool, known: CapabilitySet(number))
    }

    /// `a.hasTag(t)`.
    mutating func hasTag(
        _ task: Task,
        _ left: NodeID,
        _ right: NodeID,
        _ first: Answer,
        _ second: Answer
    ) -> Answer {
        let receiver = expect(first, at: left, .entity)
        let tag = expect(second, at: right, .string)
        guard let types = receiver.type?.entityTypes else { return .faulty(nil) }
        guard let number = capabilities.number(of: task.node) else { return .faulty(nil) }
        let type: StaticType =
            if table.tagTypes(of: types).isEmpty {
                .truth(false)
            } else {
                task.known.contains(number) ? .truth(true) : .bool
            }
        return Answer(type: type, known: CapabilitySet(number)).after(receiver, tag)
    }

    /// `a.getTag(t)`.
    mutating func getTag(
        _ task: Task,
        _ left: NodeID,
        _ right: NodeID,
        _ first: Answer,
        _ second: Answer
    ) -> Answer {
        let receiver = expect(first, at: left, .entity)
        let tag = expect(second, at: right, .string)
        guard let type = receiver.type, let types = type.entityTypes else { return .faulty(nil) }
        guard let number = capabilities.number(of: task.node), task.known.contains(number) else {
            report(
                .unguardedTag,
                "\(subject(left, type)) may not have this tag",
                at: task.node,
                help: "guard it: '\(source(left)).hasTag(\(source(right))) && ...'"
            )
            return .faulty(nil)
        }
        let tags = table.tagTypes(of: types)
        guard !tags.isEmpty else {
            report(.noTags, "\(type) has no tags", at: task.node, help: "declare 'tags' for it in the schema")
            return .faulty(nil)
        }
        guard let bound = bound(tags) else {
            incompatible(task.node, tags, "the tags of \(type) are of different types")
            return .faulty(nil)
        }
        return Answer(type: bound).after(receiver, tag)
    }

    private mutating func unknownAttribute(_ name: Text, of type: StaticType, at node: NodeID) {
        guard !issues.isFull else { return }
        let names = table.attributeNames(of: type).map(\.string)
        spend(names.count)
        let help =
            if table.mayHave(name, type) {
                "test the type first, with 'is'"
            } else if let nearest = NameHelp.nearest(to: name.string, among: names, \.self) {
                "did you mean \(Text(nearest).bare)?"
            } else {
                names.isEmpty ? "it has no attributes" : "it has \(NameHelp.list(names) { Text($0).bare })"
            }
        report(.unknownAttribute, "\(type) has no attribute \(name.bare)", at: node, help: help)
    }
}
