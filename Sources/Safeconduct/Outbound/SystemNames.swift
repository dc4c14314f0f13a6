// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOPosix
internal import Synchronization
internal import WorkloadIdentity

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The names that the machine knows: its hosts file and its DNS servers.
///
/// The machine's lookup blocks a thread and can't be stopped, so it has threads of its own, callers leave it behind
/// when their time is over, and a name never holds more than one thread: a slow name server can't use up the threads
/// by being asked again.
final class SystemNames: NameResolver {
    /// The one of this process, as its threads are never given back.
    static let shared = SystemNames()

    typealias Answer = Result<[IPAddress], OutboundFailure>

    private struct Lookups {
        // Who waits for which name. A name stays while its lookup runs, even when nobody waits any more.
        var underWay: [String: [Int: PendingAnswer<Answer>]] = [:]
        var next = 0
    }

    private let lookups = Mutex(Lookups())
    private let threads: NIOThreadPool
    private let lookUp: @Sendable (String) -> Answer
    private let limit: Int

    /// - Parameters:
    ///   - threadCount: How many lookups run at once.
    ///   - limit: How many names may be looked up or wait for a thread.
    ///   - lookUp: The lookup itself, which may block.
    init(
        threadCount: Int = 32,
        limit: Int = 512,
        lookUp: @escaping @Sendable (String) -> Answer = SystemNames.machineLookUp
    ) {
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
        self.limit = limit
        self.lookUp = lookUp
    }

    func addresses(of name: String) async -> Answer {
        let answer = PendingAnswer<Answer>()
        let (turn, isFirst): (Int?, Bool) = lookups.withLock { lookups in
            let isFirst = lookups.underWay[name] == nil
            guard !isFirst || lookups.underWay.count < limit else { return (nil, false) }
            lookups.next &+= 1
            lookups.underWay[name, default: [:]][lookups.next] = answer
            return (lookups.next, isFirst)
        }
        guard let turn else { return .failure(OutboundFailure(.busy, "too many names are being looked up")) }
        if isFirst {
            threads.submit { [self] state in
                switch state {
                case .active: finish(name, lookUp(name))
                case .cancelled: finish(name, .failure(.cancelled))
                }
            }
        }
        if let found = await answer.wait() { return found }
        lookups.withLock { $0.underWay[name]?[turn] = nil }
        return .failure(.cancelled)
    }

    private func finish(_ name: String, _ found: Answer) {
        let waiting = lookups.withLock { $0.underWay.removeValue(forKey: name) } ?? [:]
        for answer in waiting.values { answer.give(found) }
    }

    /// Asks the machine, blocking the thread.
    static let machineLookUp: @Sendable (String) -> Answer = { name in
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(name, nil, &hints, &list)
        guard status == 0 else { return .failure(OutboundFailure(.unreachable, "the host's name has no address")) }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = IPAddress(entry), !addresses.contains(address) { addresses.append(address) }
            next = entry.ai_next
        }
        return .success(addresses)
    }
}

extension IPAddress {
    /// The address of an entry of `getaddrinfo`; nil for another family.
    fileprivate init?(_ entry: addrinfo) {
        guard let pointer = entry.ai_addr else { return nil }
        // Where the address lies is the same on every system; by name it belongs to whichever of several C modules was
        // loaded first.
        switch entry.ai_family {
        case AF_INET where entry.ai_addrlen >= socklen_t(MemoryLayout<sockaddr_in>.size):
            self.init(bytes: Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer) + 4, count: 4)))
        case AF_INET6 where entry.ai_addrlen >= socklen_t(MemoryLayout<sockaddr_in6>.size):
            self.init(bytes: Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer) + 8, count: 16)))
        default: return nil
        }
    }
}
