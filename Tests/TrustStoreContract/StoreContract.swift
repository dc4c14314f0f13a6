// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustStore

/// The promises of ``TrustStore`` as checks that any back end can run.
///
/// It depends on no test framework: a back end's own tests call ``check(_:)`` for each ``StoreClause``, over a fresh
/// place each time, and report what it throws.
public struct StoreContract<Store: TrustStore>: Sendable {
    /// Opens the store, each time over the same data, as another process would.
    let open: @Sendable () throws -> Store
    /// Decides sizes, contents and order; print it with a failure.
    public let seed: UInt64

    /// A contract over the data that `open` opens, empty at first.
    public init(seed: UInt64, open: @escaping @Sendable () throws -> Store) {
        self.seed = seed
        self.open = open
    }

    /// Checks one promise. Throws ``ContractViolation``, or what the store threw unexpectedly.
    public func check(_ clause: StoreClause) throws {
        switch clause {
        case .appendsAndReads: try appendsAndReads()
        case .appendsAllOrNothing: try appendsAllOrNothing()
        case .appendsNothingWhenNothingIsGiven: try appendsNothingWhenNothingIsGiven()
        case .refusesToAppendWithinAppend: try refusesToAppendWithinAppend()
        case .showsOthersLeavesInsideAppend: try showsOthersLeavesInsideAppend()
        case .survivesReopening: try survivesReopening()
        case .takesUnusualBodies: try takesUnusualBodies()
        case .provesInclusion: try provesInclusion()
        case .provesConsistency: try provesConsistency()
        case .servesTiles: try servesTiles()
        case .servesBundles: try servesBundles()
        case .refusesWhatIsNotThere: try refusesWhatIsNotThere()
        case .keepsOneLogBetweenStores: try keepsOneLogBetweenStores()
        case .appendsFromManyThreads: try appendsFromManyThreads()
        case .readsWhileOthersAppend: try readsWhileOthersAppend()
        case .keepsLogsApart: try keepsLogsApart()
        case .listsEvidenceOldestFirst: try listsEvidenceOldestFirst()
        case .refusesAnotherKey: try refusesAnotherKey()
        case .erasesBodies: try erasesBodies()
        case .erasesOnlyWhatIsThere: try erasesOnlyWhatIsThere()
        case .findsLeavesByTheirMarks: try findsLeavesByTheirMarks()
        case .keepsTheFirstOfTwoMarks: try keepsTheFirstOfTwoMarks()
        case .marksWithTheLeafOrNotAtAll: try marksWithTheLeafOrNotAtAll()
        case .makesMarksAnewFromLeaves: try makesMarksAnewFromLeaves()
        case .keepsSealedSecrets: try keepsSealedSecrets()
        case .sealsTheFirstOfTwo: try sealsTheFirstOfTwo()
        case .destroysByPrefix: try destroysByPrefix()
        case .spendsOnce: try spendsOnce()
        case .spendsOnceBetweenStores: try spendsOnceBetweenStores()
        case .remembersWhenItBegan: try remembersWhenItBegan()
        case .forgetsOnlyWhatIsOver: try forgetsOnlyWhatIsOver()
        case .keepsLeases: try keepsLeases()
        case .writesLeasesOverWhatWasRead: try writesLeasesOverWhatWasRead()
        case .claimsDueLeasesOnce: try claimsDueLeasesOnce()
        case .endsLeasesByWhatTheyHangOn: try endsLeasesByWhatTheyHangOn()
        case .forgetsRevokedLeases: try forgetsRevokedLeases()
        case .followsOneLogAtATime: try followsOneLogAtATime()
        case .takesTurns: try takesTurns()
        case .endsTurnsThatFail: try endsTurnsThatFail()
        case .keepsSnapshots: try keepsSnapshots()
        case .replacesSnapshots: try replacesSnapshots()
        case .dropsUnfinishedSnapshots: try dropsUnfinishedSnapshots()
        case .keepsTheNewerSnapshot: try keepsTheNewerSnapshot()
        }
    }
}

/// Runs `body` and gives the code of the ``StoreError`` that it must throw.
func failure(
    of body: () throws -> Void,
    file: String = #fileID,
    line: Int = #line
) throws -> StoreError.Code {
    do {
        try body()
    } catch let error as StoreError {
        return error.code
    }
    throw ContractViolation(message: "an error was expected", place: "\(file):\(line)")
}
