// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A blocking TCP socket to 127.0.0.1, closed with its owner.
final class LoopbackSocket: Sendable {
    let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Connects to a port of this machine.
    static func connected(to port: UInt16) throws -> LoopbackSocket {
        let socket = try make()
        var address = address(port: port)
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard outcome == 0 else { throw failure("connecting to port \(port)") }
        var on: Int32 = 1
        setsockopt(
            socket.descriptor,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &on,
            socklen_t(MemoryLayout<Int32>.size)
        )
        return socket
    }

    /// Listens on a port that the system chooses, and gives it.
    static func listening() throws -> (socket: LoopbackSocket, port: UInt16) {
        let socket = try make()
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket.descriptor, address, length) == 0 && listen(socket.descriptor, 64) == 0
                    && getsockname(socket.descriptor, address, &length) == 0
            }
        }
        guard outcome else { throw failure("listening") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// The next connection; nil when there will be none any more.
    func accepted() -> LoopbackSocket? {
        let descriptor = accept(descriptor, nil, nil)
        return descriptor < 0 ? nil : LoopbackSocket(descriptor: descriptor)
    }

    /// Ends every waiting call on this socket.
    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Sends all of `bytes`.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("sending a request") }
            sent += count
        }
    }

    /// Receives what is there, waiting for the first byte; 0 at the end.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("receiving an answer") }
            return count
        }
    }

    private static func make() throws -> LoopbackSocket {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw failure("opening a socket") }
        return LoopbackSocket(descriptor: descriptor)
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func failure(_ doing: String) -> BenchFailure {
        BenchFailure("\(doing) failed: \(String(cString: strerror(errno)))")
    }
}
