// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An array in pages, so that a change to a copy costs a page and not the array.
///
/// Copies share what they have in common: a reader keeps its own while a writer goes on. While there is one owner only,
/// changes happen in place, so building one from nothing costs what building an array costs.
struct PagedArray<Element> {
    // Pages of 64 elements, gathered in books of 64 pages: what a change copies is a page, its book and the shelf.
    private var books: [[ContiguousArray<Element>]] = []
    private(set) var count = 0

    private static var pageBits: Int { 6 }
    private static var bookBits: Int { 12 }
    private static var mask: Int { 63 }

    subscript(index: Int) -> Element {
        @inline(__always)
        get { books[index >> Self.bookBits][index >> Self.pageBits & Self.mask][index & Self.mask] }
        @inline(__always)
        _modify { yield &books[index >> Self.bookBits][index >> Self.pageBits & Self.mask][index & Self.mask] }
    }

    /// What `body` makes of an element, which is not copied.
    @inline(__always)
    func read<Result>(_ index: Int, _ body: (borrowing Element) -> Result) -> Result {
        body(books[index >> Self.bookBits][index >> Self.pageBits & Self.mask][index & Self.mask])
    }

    mutating func append(_ element: Element) {
        let page = count >> Self.pageBits & Self.mask
        if count & Self.mask == 0 {
            if page == 0 { books.append([]) }
            books[count >> Self.bookBits].append([])
        }
        books[count >> Self.bookBits][page].append(element)
        count += 1
    }
}

extension PagedArray: Sendable where Element: Sendable {}
