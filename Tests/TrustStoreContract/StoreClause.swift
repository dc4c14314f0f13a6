// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One promise of a store. The names say what is promised.
public enum StoreClause: String, Sendable, CaseIterable {
    // Appending.
    case appendsAndReads
    case appendsAllOrNothing
    case appendsNothingWhenNothingIsGiven
    case refusesToAppendWithinAppend
    case showsOthersLeavesInsideAppend
    case survivesReopening
    case takesUnusualBodies
    // Proving.
    case provesInclusion
    case provesConsistency
    case servesTiles
    case servesBundles
    case refusesWhatIsNotThere
    // Several writers and readers.
    case keepsOneLogBetweenStores
    case appendsFromManyThreads
    case readsWhileOthersAppend
    // Logs.
    case keepsLogsApart
    case listsEvidenceOldestFirst
    case refusesAnotherKey
    // Erasing.
    case erasesBodies
    case erasesOnlyWhatIsThere
    // Marks.
    case findsLeavesByTheirMarks
    case keepsTheFirstOfTwoMarks
    case marksWithTheLeafOrNotAtAll
    case makesMarksAnewFromLeaves
    // Sealed secrets.
    case keepsSealedSecrets
    case sealsTheFirstOfTwo
    case destroysByPrefix
    // What counts once.
    case spendsOnce
    case spendsOnceBetweenStores
    case remembersWhenItBegan
    case forgetsOnlyWhatIsOver
    // Leases.
    case keepsLeases
    case writesLeasesOverWhatWasRead
    case claimsDueLeasesOnce
    case endsLeasesByWhatTheyHangOn
    case forgetsRevokedLeases
    case followsOneLogAtATime
    // Turns.
    case takesTurns
    case endsTurnsThatFail
    // Snapshots.
    case keepsSnapshots
    case replacesSnapshots
    case dropsUnfinishedSnapshots
    case keepsTheNewerSnapshot
}
