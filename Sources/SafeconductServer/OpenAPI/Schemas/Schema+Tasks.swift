// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

// Tasks, as they are declared and as they are shown.
extension Schema {
    static let taskInput = task(ObjectForm(isInput: true))
    static let task = task(ObjectForm(isInput: false))

    /// What is spent in one step.
    static let taskSpending = Schema.named(
        "TaskSpending",
        .object([.required("amounts", amounts(from: 1).withMembers(atLeast: 1).described("At least one."))])
    )

    private static func amounts(from least: Int64) -> Schema {
        .object(TaskAmounts.Counter.allCases.map { .optional($0.rawValue, .integer(least...Int64.max)) })
    }

    private static func task(_ form: ObjectForm) -> Schema {
        let reach = Schema.object([
            .required("api", form.reference(to: .api)),
            .required("operations", .array(of: .name, count: 1...DeclaredTask.operationLimit)),
        ])
        let holder = form.reference(to: .identity)
        let members: [Member] =
            [
                form.isInput
                    ? .optional("identity", holder.orNull.described("Whose it is; an identity may leave out itself."))
                    : .required("identity", holder),
                .required("purpose", .term),
                .required(
                    "apis",
                    .array(of: reach, count: 1...DeclaredTask.apiLimit).described(
                        "What it may use, 64 operations in all."
                    )
                ),
                form.optional(
                    "data_classes",
                    .array(of: .term, count: 0...DeclaredTask.dataClassLimit)
                        .described("What it may touch; absent for whatever its operations have.")
                ),
                form.optional(
                    "budget",
                    amounts(from: 0).described("How much it may use; what is absent is not bounded.")
                ),
                form.optional("parent", .id(.task).described("The task it is a part of, and has no more than.")),
                form.optional("reference", .string(pattern: "^[!-~]{1,256}$").described("What others call it.")),
            ] + window(form)
        return form.object("Task", .task, freeText: DeclaredTask.freeText, named: false, members, adding: standing)
    }

    private static func window(_ form: ObjectForm) -> [Member] {
        guard form.isInput else { return [.required("not_before", .timestamp), .required("expires_at", .timestamp)] }
        return [
            .optional("not_before", Schema.timestamp.orNull.described("Now, unless it says so.")),
            .optional("expires_at", Schema.timestamp.orNull.described("Required unless `expires_in` is given.")),
            .optional(
                "expires_in",
                .string(pattern: "^[1-9][0-9]{0,8}[smhd]$").example("30m").orNull
                    .described("From now on, at most 24 hours.")
            ),
        ]
    }

    private static let standing: [Member] = [
        .optional("identity_name", .name),
        .required("state", .choice(DeclaredTask.State.self)),
        .optional("spent", amounts(from: 0).described("Of it and its parts.")),
        .optional(
            "ended",
            .object([
                .required("state", .string().described("`completed` or `cancelled`.")),
                .required("by", .string().described("Who ended it.")),
            ])
        ),
    ]
}
