// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Reads a DEFLATE stream (RFC 1951).
struct Inflater {
    private(set) var output: [UInt8] = []
    private var reader: BitReader
    private let input: [UInt8]
    private let window: Int
    private let maximumBytes: Int

    private static let fixedLiterals = HuffmanDecoder(DeflateAlphabet.fixedLiteralLengths[...])
    private static let fixedDistances = HuffmanDecoder(DeflateAlphabet.fixedDistanceLengths[...])

    init(_ input: [UInt8], from start: Int, window: Int, maximumBytes: Int) {
        self.input = input
        self.window = window
        self.maximumBytes = maximumBytes
        reader = BitReader(input, from: start)
    }

    /// Reads every block, and gives the place in the input after the last one.
    mutating func run() throws(WorkloadIdentityError) -> Int {
        var isLast = false
        while !isLast {
            isLast = try reader.bits(1) == 1
            switch try reader.bits(2) {
            case 0: try stored()
            case 1:
                guard let literals = Self.fixedLiterals, let distances = Self.fixedDistances else {
                    throw Zlib.malformed("a code is incomplete")
                }
                try block(literals, distances)
            case 2:
                let (literals, distances) = try codes()
                try block(literals, distances)
            default: throw Zlib.malformed("a block is of no known kind")
            }
        }
        return reader.alignToByte()
    }

    /// Section 3.2.4.
    private mutating func stored() throws(WorkloadIdentityError) {
        let place = reader.alignToByte()
        guard place + 4 <= input.count else { throw Zlib.malformed("the stream ends early") }
        let count = Int(input[place]) | Int(input[place + 1]) << 8
        let check = Int(input[place + 2]) | Int(input[place + 3]) << 8
        guard count ^ check == 0xFFFF else { throw Zlib.malformed("the length of a stored block is damaged") }
        guard place + 4 + count <= input.count else { throw Zlib.malformed("the stream ends early") }
        try require(room: count)
        output += input[(place + 4)..<(place + 4 + count)]
        reader.jump(to: place + 4 + count)
    }

    /// Section 3.2.7.
    private mutating func codes() throws(WorkloadIdentityError) -> (HuffmanDecoder, HuffmanDecoder) {
        let literals = try reader.bits(5) + 257
        let distances = try reader.bits(5) + 1
        guard literals <= DeflateAlphabet.literalCount, distances <= DeflateAlphabet.distanceCount else {
            throw Zlib.malformed("a block has more symbols than there are")
        }
        var meta = [UInt8](repeating: 0, count: DeflateAlphabet.metaOrder.count)
        for place in 0..<(try reader.bits(4) + 4) {
            meta[DeflateAlphabet.metaOrder[place]] = UInt8(truncatingIfNeeded: try reader.bits(3))
        }
        guard let code = HuffmanDecoder(meta[...]), !code.symbols.isEmpty else {
            throw Zlib.malformed("a code is incomplete")
        }
        var lengths: [UInt8] = []
        while lengths.count < literals + distances {
            switch try reader.symbol(of: code) {
            case 16:
                guard let last = lengths.last else { throw Zlib.malformed("nothing is there to repeat") }
                try lengths.append(contentsOf: repeatElement(last, count: reader.bits(2) + 3))
            case 17: try lengths.append(contentsOf: repeatElement(0, count: reader.bits(3) + 3))
            case 18: try lengths.append(contentsOf: repeatElement(0, count: reader.bits(7) + 11))
            case let length: lengths.append(UInt8(truncatingIfNeeded: length))
            }
        }
        guard lengths.count == literals + distances, lengths[DeflateAlphabet.endOfBlock] != 0,
            let forLiterals = HuffmanDecoder(lengths[..<literals]),
            let forDistances = HuffmanDecoder(lengths[literals...])
        else { throw Zlib.malformed("the codes of a block are none") }
        return (forLiterals, forDistances)
    }

    private mutating func block(
        _ literals: HuffmanDecoder,
        _ distances: HuffmanDecoder
    ) throws(WorkloadIdentityError) {
        while true {
            let symbol = try reader.symbol(of: literals)
            if symbol < DeflateAlphabet.endOfBlock {
                try require(room: 1)
                output.append(UInt8(truncatingIfNeeded: symbol))
                continue
            }
            if symbol == DeflateAlphabet.endOfBlock { return }
            let place = symbol - DeflateAlphabet.endOfBlock - 1
            guard place < DeflateAlphabet.lengths.count else { throw Zlib.malformed("a symbol stands for nothing") }
            let length = DeflateAlphabet.lengths[place]
            let count = try length.base + reader.bits(length.extra)
            let far = try reader.symbol(of: distances)
            guard far < DeflateAlphabet.distances.count else { throw Zlib.malformed("a symbol stands for nothing") }
            let distance = DeflateAlphabet.distances[far]
            try copy(count, from: distance.base + reader.bits(distance.extra))
        }
    }

    private mutating func copy(_ count: Int, from distance: Int) throws(WorkloadIdentityError) {
        guard distance <= output.count, distance <= window else {
            throw Zlib.malformed("a match begins before the stream")
        }
        try require(room: count)
        let start = output.count - distance
        if distance == 1 {
            output.append(contentsOf: repeatElement(output[start], count: count))
            return
        }
        // Byte by byte: a match may overlap what it makes, and a slice would hold the output shared while it is appended
        // to, which copies all of it for each match.
        for place in start..<(start + count) { output.append(output[place]) }
    }

    private func require(room count: Int) throws(WorkloadIdentityError) {
        guard count <= maximumBytes - output.count else {
            throw Zlib.malformed("the stream grows beyond \(maximumBytes) bytes")
        }
    }
}
