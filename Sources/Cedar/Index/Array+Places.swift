// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Array<Int32> {
    // The first place whose number is not below `number`.
    private func bound(_ number: Int32) -> Int {
        // Policies mostly come in order.
        if let last, last < number { return count }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Puts a number into an ascending row.
    mutating func insertAscending(_ number: Int) {
        let number = Int32(truncatingIfNeeded: number)
        insert(number, at: bound(number))
    }

    /// Takes a number from an ascending row; whether it was there.
    @discardableResult
    mutating func removeAscending(_ number: Int) -> Bool {
        let number = Int32(truncatingIfNeeded: number)
        let place = bound(number)
        guard place < count, self[place] == number else { return false }
        remove(at: place)
        return true
    }
}
