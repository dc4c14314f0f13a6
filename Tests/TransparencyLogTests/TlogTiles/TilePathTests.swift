// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct TilePathTests {
    private struct Layout: Decodable {
        struct Tile: Decodable {
            let Level: Int
            let Index: UInt64
            let Partial: Int
            let Path: String
        }
        let Size: UInt64
        let Tiles: [Tile]
        let Bundles: [Tile]
    }

    @Test(.enabled(if: SharedData.isPresent, SharedData.missing))
    func layoutsOfOtherLogs() throws {
        let layouts = try SharedData.decode([Layout].self, from: "tile_paths.json")
        for layout in layouts {
            for (tiles, isEntries) in [(layout.Tiles, false), (layout.Bundles, true)] {
                for tile in tiles {
                    let width = tile.Partial == 0 ? 256 : tile.Partial
                    let address = try TileAddress(
                        isEntries ? .entries : .hashes(level: tile.Level),
                        index: tile.Index,
                        width: width
                    )
                    #expect(address.path == tile.Path)
                    #expect(try TileAddress(path: tile.Path) == address)
                }
            }
            let partial = layout.Tiles.filter { $0.Partial > 0 }.map(\.Path)
            #expect(TileAddress.rightEdge(size: layout.Size).map(\.path) == partial)
            let bundle = TileAddress(holdingEntry: layout.Size - 1, size: layout.Size)
            #expect(bundle?.path == layout.Bundles.last?.Path)
        }
        #expect(layouts.count == 16)
    }

    @Test(arguments: [
        ("tile/0/000", 0, 0, 256), ("tile/0/000.p/1", 0, 0, 1), ("tile/63/255.p/255", 63, 255, 255),
        ("tile/8/x001/000", 8, 1000, 256), ("tile/0/x001/x234/067", 0, 1_234_067, 256),
        ("tile/1/x018/x446/x744/x073/x709/x551/615.p/7", 1, UInt64.max, 7),
    ])
    func hashPaths(_ path: String, _ level: Int, _ index: UInt64, _ width: Int) throws {
        let address = try TileAddress(path: path)
        #expect(address == (try TileAddress(.hashes(level: level), index: index, width: width)))
        #expect(address.path == path)
        #expect(address.isPartial == (width < 256))
    }

    @Test(arguments: [
        "", "/", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/64/000",
        "tile/00/000", "tile/01/000", "tile/-1/000", "tile/+1/000", "tile/0/x000", "tile/0/x000/000",
        "tile/0/001/002", "tile/0/x001/x002", "tile/0/X001/002", "tile/0/x1/002", "tile/0/000.p", "tile/0/000.p/",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/1/", "tile/0/000/1", "tile/0/.p/1",
        "tile/0/000.p/1.p/2", "tile/0/000.P/1", "/tile/0/000", "tile//0/000", "tile/0//000", "tile/entry/000",
        "tile/entries", "tile/entries/", "tile/entries/0/000", "tile/Entries/000", "tiles/0/000", "tile/0/00a",
        "tile/0/x018/x446/x744/x073/x709/x551/616", "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/٠٠٠",
        "tile/0/000\n", "tile/0/..", "tile/0/x001/../000",
    ])
    func malformedPaths(_ path: String) {
        #expect(throws: TransparencyLogError.self) { try TileAddress(path: path) }
    }

    @Test func randomAddressesComeBack() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("TilePathTests seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let kind =
                Bool.random(using: &random)
                ? TileAddress.Kind.entries : .hashes(level: Int.random(in: 0...63, using: &random))
            let index = UInt64.random(in: 0 ... .max, using: &random) >> UInt64.random(in: 0...63, using: &random)
            let address = try TileAddress(kind, index: index, width: Int.random(in: 1...256, using: &random))
            #expect(try TileAddress(path: address.path) == address, "seed \(seed)")
        }
    }

    @Test func growthOfTheSpecificationsExample() {
        let tiles = Array(TileAddress.hashTiles(from: 0, to: 70_000))
        #expect(tiles.count { $0.level == 0 && !$0.isPartial } == 273)
        #expect(tiles.filter(\.isPartial).map(\.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(tiles.count { $0.level == 1 && !$0.isPartial } == 1)
        #expect(TileAddress.hashTiles(from: 0, to: 256).map(\.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(TileAddress.hashTiles(from: 255, to: 255).map(\.path).isEmpty)
        #expect(TileAddress.hashTiles(from: 9, to: 3).map(\.path).isEmpty)
        #expect(
            TileAddress.entryBundles(from: 250, to: 260).map(\.path) == ["tile/entries/000", "tile/entries/001.p/4"]
        )
    }

    /// Nobody can hold the tiles of such a growth; asking for the first ones must still be cheap.
    @Test func growthOfHostileSizes() {
        let first = Array(TileAddress.hashTiles(from: 0, to: .max).prefix(3))
        #expect(first.map(\.path) == ["tile/0/000", "tile/0/001", "tile/0/002"])
        let last = TileAddress.hashTiles(from: .max - 1, to: .max).map(\.width)
        #expect(last == [255])
        #expect(TileAddress.rightEdge(size: .max).map(\.width) == Array(repeating: 255, count: 8))
        #expect(TileAddress(holding: TreeNode(level: 64, index: 0), size: .max) == nil)
        #expect(TileAddress(holding: TreeNode(level: -1, index: 0), size: .max) == nil)
        #expect(TileAddress(holding: TreeNode(level: 0, index: .max), size: .max) == nil)
        #expect(TileAddress(holding: TreeNode(level: 63, index: 0), size: .max)?.path == "tile/7/000.p/255")
    }
}
