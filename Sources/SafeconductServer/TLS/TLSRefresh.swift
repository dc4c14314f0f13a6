// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ServiceLifecycle

/// Looks for a new certificate every minute, so that renewal needs no restart and one that came late is not served late.
public struct TLSRefresh: Service {
    private let identity: TLSIdentity
    private let interval: Duration
    private let logger: Logger

    /// Keeps `identity` fresh.
    public init(_ identity: TLSIdentity, every interval: Duration = .seconds(60), logger: Logger) {
        self.identity = identity
        self.interval = interval
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                do {
                    if try identity.refresh() { logger.notice("serving with another certificate from now on") }
                } catch {
                    logger.error("the certificate cannot be renewed", metadata: ["reason": .string("\(error)")])
                }
            }
        }
    }
}
