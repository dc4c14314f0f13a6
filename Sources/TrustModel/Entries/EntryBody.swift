// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// One change of the control plane. A command proposes it, the control log keeps it, the fold applies it.
public enum EntryBody: Sendable {
    /// The log begins: its origin and the key that signs its checkpoints.
    case logOpen(LogOpening)
    /// A node joins.
    case putNode(Node)
    /// An operator as it is from now on.
    case putOperator(Operator)
    /// An identity as it is from now on.
    case putIdentity(Identity)
    /// An API as it is from now on.
    case putApi(Api)
    /// An issuer as it is from now on.
    case putIssuer(Issuer)
    /// An enforcement point as it is from now on.
    case putEnforcementPoint(EnforcementPoint)
    /// A back end as it is from now on.
    case putBackEnd(BackEnd)
    /// A credential is registered.
    case putCredential(Credential)
    /// A key signs tokens for a while.
    case putTokenKey(TokenKey)
    /// An identity means to do something.
    case putTask(DeclaredTask)
    /// A task ends, its parts with it.
    case endTask(TaskEnd)
    /// Something of a task's budget is spent.
    case spendTask(TaskSpend)
    /// An operator may register a key.
    case putEnrolment(Enrolment)
    /// An operator's key is registered.
    case redeemEnrolment(EnrolmentRedemption)
    /// The object of this id is gone; its name stays taken.
    case retire(ObjectID)
    /// These policies decide from now on.
    case activatePolicies(PolicySet)
    /// A policy set that decides nothing yet.
    case putPolicies(PolicyDraft)
    /// A set that is in the log decides from now on.
    case enforcePolicies(PolicyMove)
    /// A set that decided before does so again, and the one that decides now is taken back.
    case rollBackPolicies(PolicyMove)
    /// A set is evaluated and recorded beside the one that decides.
    case shadowPolicies(PolicyMove)
    /// Credentials end.
    case cut(Cut)
    /// A stop begins.
    case placeHold(Hold)
    /// A stop ends and leaves a cut.
    case liftHold(HoldLift)
    /// What the state before this entry is, for those who fold to compare.
    case stateDigest(StateDigest)
    /// A checkpoint of an evidence log.
    case anchorEvidence(EvidenceAnchor)
    /// An operator has seen to it that a restored log lacks nothing that matters.
    case confirmGeneration(Int64)

    /// The entry kind: `identity.put`, `hold.lift`, ...; a kind never changes its meaning.
    public var kind: String {
        switch self {
        case .logOpen: "log.open"
        case .putNode: "node.put"
        case .putOperator: "operator.put"
        case .putIdentity: "identity.put"
        case .putApi: "api.put"
        case .putIssuer: "issuer.put"
        case .putEnforcementPoint: "pep.put"
        case .putBackEnd: "back_end.put"
        case .putCredential: "credential.put"
        case .putTokenKey: "token_key.put"
        case .putTask: "task.put"
        case .endTask: "task.end"
        case .spendTask: "task.spend"
        case .putEnrolment: "enrolment.put"
        case .redeemEnrolment: "enrolment.redeem"
        case .retire(let id): "\(id.kind.noun).retire"
        case .activatePolicies: "policy.activate"
        case .putPolicies: "policy.put"
        case .enforcePolicies: "policy.enforce"
        case .rollBackPolicies: "policy.rollback"
        case .shadowPolicies: "policy.shadow"
        case .cut: "cut"
        case .placeHold: "hold.place"
        case .liftHold: "hold.lift"
        case .stateDigest: "state.digest"
        case .anchorEvidence: "evidence.anchor"
        case .confirmGeneration: "generation.confirm"
        }
    }

    /// The object that it registers; nil when it registers none, or one of another type.
    public func object<Object: TrustObject>(_ type: Object.Type) -> Object? {
        switch self {
        case .putNode(let object): object as? Object
        case .putOperator(let object): object as? Object
        case .putIdentity(let object): object as? Object
        case .putApi(let object): object as? Object
        case .putIssuer(let object): object as? Object
        case .putEnforcementPoint(let object): object as? Object
        case .putBackEnd(let object): object as? Object
        case .putCredential(let object): object as? Object
        case .putTokenKey(let object): object as? Object
        case .putTask(let object): object as? Object
        case .putEnrolment(let object): object as? Object
        case .redeemEnrolment(let redemption): redemption.credential as? Object
        case .activatePolicies(let object): object as? Object
        case .putPolicies(let draft): draft.set as? Object
        case .cut(let object): object as? Object
        case .placeHold(let object): object as? Object
        case .retire, .enforcePolicies, .rollBackPolicies, .shadowPolicies, .liftHold, .logOpen, .stateDigest,
            .anchorEvidence, .confirmGeneration, .endTask, .spendTask:
            nil
        }
    }

    /// The id of the object it is about; nil for entries about the log itself.
    public var subject: ObjectID? {
        switch self {
        case .putNode(let object): object.id
        case .putOperator(let object): object.id
        case .putIdentity(let object): object.id
        case .putApi(let object): object.id
        case .putIssuer(let object): object.id
        case .putEnforcementPoint(let object): object.id
        case .putBackEnd(let object): object.id
        case .putCredential(let object): object.id
        case .putTokenKey(let object): object.id
        case .putTask(let object): object.id
        case .endTask(let end): end.task
        case .spendTask(let spend): spend.task
        case .putEnrolment(let object): object.id
        case .redeemEnrolment(let redemption): redemption.credential.id
        case .retire(let id): id
        case .activatePolicies(let object): object.id
        case .putPolicies(let draft): draft.set.id
        case .enforcePolicies(let move), .rollBackPolicies(let move), .shadowPolicies(let move): move.set
        case .cut(let object): object.id
        case .placeHold(let object): object.id
        case .liftHold(let lift): lift.hold
        case .logOpen, .stateDigest, .anchorEvidence, .confirmGeneration: nil
        }
    }

    init(kind: String, _ value: JSONValue, at pointer: String) throws(ShapeError) {
        switch kind {
        case "log.open": self = .logOpen(try LogOpening(value, at: pointer))
        case "node.put": self = .putNode(try Node(stored: value, at: pointer))
        case "operator.put": self = .putOperator(try Operator(stored: value, at: pointer))
        case "identity.put": self = .putIdentity(try Identity(stored: value, at: pointer))
        case "api.put": self = .putApi(try Api(stored: value, at: pointer))
        case "issuer.put": self = .putIssuer(try Issuer(stored: value, at: pointer))
        case "pep.put": self = .putEnforcementPoint(try EnforcementPoint(stored: value, at: pointer))
        case "back_end.put": self = .putBackEnd(try BackEnd(stored: value, at: pointer))
        case "credential.put": self = .putCredential(try Credential(stored: value, at: pointer))
        case "token_key.put": self = .putTokenKey(try TokenKey(stored: value, at: pointer))
        case "task.put": self = .putTask(try DeclaredTask(stored: value, at: pointer))
        case "task.end": self = .endTask(try TaskEnd(value, at: pointer))
        case "task.spend": self = .spendTask(try TaskSpend(value, at: pointer))
        case "enrolment.put": self = .putEnrolment(try Enrolment(stored: value, at: pointer))
        case "enrolment.redeem": self = .redeemEnrolment(try EnrolmentRedemption(value, at: pointer))
        case "policy.activate": self = .activatePolicies(try PolicySet(stored: value, at: pointer))
        case "policy.put": self = .putPolicies(try PolicyDraft(value, at: pointer))
        case "policy.enforce": self = .enforcePolicies(try PolicyMove(value, at: pointer))
        case "policy.rollback": self = .rollBackPolicies(try PolicyMove(value, at: pointer))
        case "policy.shadow": self = .shadowPolicies(try PolicyMove(value, at: pointer))
        case "cut": self = .cut(try Cut(stored: value, at: pointer))
        case "hold.place": self = .placeHold(try Hold(stored: value, at: pointer))
        case "hold.lift": self = .liftHold(try HoldLift(value, at: pointer))
        case "state.digest": self = .stateDigest(try StateDigest(value, at: pointer))
        case "evidence.anchor": self = .anchorEvidence(try EvidenceAnchor(value, at: pointer))
        case "generation.confirm":
            var reader = try ObjectReader(value, at: pointer)
            self = .confirmGeneration(try reader.integer("generation"))
            try reader.finish()
        default:
            for noun in ObjectKind.allCases where noun.retires && kind == "\(noun.noun).retire" {
                var reader = try ObjectReader(value, at: pointer)
                let id = try StoredReferences().resolve(
                    try reader.string("id"),
                    kind: noun,
                    at: reader.pointer(to: "id")
                )
                try reader.finish()
                self = .retire(id)
                return
            }
            throw ShapeError(.value, "/kind", "unknown entry kind")
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .logOpen(let opening): opening.write(to: &writer)
        case .putNode(let object): object.writeStored(to: &writer)
        case .putOperator(let object): object.writeStored(to: &writer)
        case .putIdentity(let object): object.writeStored(to: &writer)
        case .putApi(let object): object.writeStored(to: &writer)
        case .putIssuer(let object): object.writeStored(to: &writer)
        case .putEnforcementPoint(let object): object.writeStored(to: &writer)
        case .putBackEnd(let object): object.writeStored(to: &writer)
        case .putCredential(let object): object.writeStored(to: &writer)
        case .putTokenKey(let object): object.writeStored(to: &writer)
        case .putTask(let object): object.writeStored(to: &writer)
        case .endTask(let end): end.write(to: &writer)
        case .spendTask(let spend): spend.write(to: &writer)
        case .putEnrolment(let object): object.writeStored(to: &writer)
        case .redeemEnrolment(let redemption): redemption.write(to: &writer)
        case .activatePolicies(let object): object.writeStored(to: &writer)
        case .putPolicies(let draft): draft.write(to: &writer)
        case .enforcePolicies(let move), .rollBackPolicies(let move), .shadowPolicies(let move):
            move.write(to: &writer)
        case .cut(let object): object.writeStored(to: &writer)
        case .placeHold(let object): object.writeStored(to: &writer)
        case .liftHold(let lift): lift.write(to: &writer)
        case .stateDigest(let digest): digest.write(to: &writer)
        case .anchorEvidence(let anchor): anchor.write(to: &writer)
        case .confirmGeneration(let generation):
            writer.beginObject()
            writer.member("generation", generation)
            writer.endObject()
        case .retire(let id):
            writer.beginObject()
            writer.member("id", id)
            writer.endObject()
        }
    }
}
