// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The ground floor reads hostile bytes: every unsafe construct in it has to be marked.
let groundSettings = settings + [.strictMemorySafety()]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let hashTree: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")

let package = Package(
    name: "safeconduct",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "safeconduct", targets: ["SafeconductCommand"]),
        .executable(name: "safeconduct-bench", targets: ["SafeconductBench"]),
        .executable(name: "cedar-spin", targets: ["CedarSpin"]),
        .library(name: "SafeconductClient", targets: ["SafeconductClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Ground floor: publishable alone, without I/O.
        .target(name: "StrictJSON", swiftSettings: groundSettings),
        .target(
            name: "StrictYAML",
            dependencies: ["StrictJSON", .product(name: "Yams", package: "Yams")],
            swiftSettings: groundSettings
        ),
        .target(name: "JOSE", dependencies: ["StrictJSON", crypto, cryptoExtras], swiftSettings: groundSettings),
        .target(name: "Cedar", dependencies: ["StrictJSON"], swiftSettings: groundSettings),
        .target(name: "TransparencyLog", dependencies: [crypto], swiftSettings: groundSettings),
        .target(
            name: "WorkloadIdentity",
            dependencies: [
                "StrictJSON", "JOSE", crypto,
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: groundSettings
        ),
        .target(
            name: "Posture",
            dependencies: ["StrictJSON", "StrictYAML"],
            swiftSettings: groundSettings
        ),
        // Speaks to servers, and knows nothing of the product either.
        .target(name: "PostgreSQL", dependencies: [crypto], swiftSettings: groundSettings),
        // First floor.
        .target(name: "TrustModel", dependencies: ["StrictJSON", "JOSE", crypto, hashTree], swiftSettings: settings),
        // Second floor.
        .target(
            name: "TrustStore",
            dependencies: [
                "TrustModel", "TransparencyLog", crypto, grdb,
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        // Third floor.
        .target(
            name: "Safeconduct",
            dependencies: [
                "StrictJSON", "StrictYAML", "JOSE", "Cedar", "TransparencyLog", "WorkloadIdentity", "PostgreSQL",
                "TrustModel", "TrustStore", crypto, hashTree,
                nioCore,
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        // Top.
        .target(
            name: "SafeconductServer",
            dependencies: [
                "StrictJSON", "Cedar", "JOSE", "TransparencyLog", "TrustModel", "TrustStore", "Safeconduct", crypto,
                nioCore,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SafeconductClient",
            dependencies: [
                "StrictJSON", nioCore,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "SafeconductExampleService",
            dependencies: [
                "SafeconductClient",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "examples/service/Service",
            swiftSettings: settings
        ),
        // A name of its own: a file system that ignores case would merge `safeconduct` with `Safeconduct`.
        .executableTarget(
            name: "SafeconductCommand",
            dependencies: [
                "StrictJSON", "StrictYAML", "JOSE", "Cedar", "TransparencyLog", "WorkloadIdentity", "Posture",
                "TrustModel", "TrustStore", "Safeconduct", "SafeconductServer", nioCore,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "SafeconductBench",
            dependencies: [
                "StrictJSON", "JOSE", "Cedar", "TransparencyLog", "Posture", "TrustModel", "TrustStore", "Safeconduct",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/SafeconductBench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CedarSpin",
            dependencies: ["StrictJSON", "Cedar"],
            path: "Benchmarks/CedarSpin",
            swiftSettings: settings
        ),
        // Suites.
        .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML", "StrictJSON"], swiftSettings: settings),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"], swiftSettings: groundSettings),
        .testTarget(
            name: "JOSETests",
            dependencies: ["JOSE", "StrictJSON", crypto, cryptoExtras],
            exclude: ["Samples"],
            swiftSettings: settings
        ),
        .testTarget(name: "CedarTests", dependencies: ["Cedar", "StrictJSON"], swiftSettings: settings),
        .testTarget(
            name: "TransparencyLogTests",
            dependencies: ["TransparencyLog", crypto],
            swiftSettings: groundSettings
        ),
        .testTarget(
            name: "WorkloadIdentityTests",
            dependencies: [
                "WorkloadIdentity", "JOSE", "StrictJSON", crypto, cryptoExtras,
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        // A real server for the tests that need one.
        .target(
            name: "PostgreSQLTestServer",
            dependencies: ["PostgreSQL"],
            path: "Tests/PostgreSQLTestServer",
            swiftSettings: settings
        ),
        .testTarget(
            name: "PostgreSQLTests",
            dependencies: ["PostgreSQL", "PostgreSQLTestServer"],
            swiftSettings: groundSettings
        ),
        .testTarget(
            name: "PostureTests",
            dependencies: ["Posture", "StrictJSON"],
            exclude: ["Samples"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TrustModelTests",
            dependencies: ["TrustModel", "StrictJSON", crypto],
            swiftSettings: settings
        ),
        // The store's contract: a library, so that every back end runs the same suite.
        .target(
            name: "TrustStoreContract",
            dependencies: ["TrustStore", "TrustModel", "TransparencyLog", crypto],
            path: "Tests/TrustStoreContract",
            swiftSettings: settings
        ),
        .testTarget(
            name: "TrustStoreTests",
            dependencies: ["TrustStore", "TrustStoreContract", "TransparencyLog", grdb],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SafeconductServerTests",
            dependencies: [
                "SafeconductServer", "Safeconduct", "StrictJSON", "JOSE", "Cedar", "TransparencyLog",
                "TrustModel", "TrustStore",
                nioCore,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            exclude: ["Data"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SafeconductClientTests",
            dependencies: [
                "SafeconductClient", "SafeconductServer", "StrictJSON", nioCore,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SafeconductTests",
            dependencies: [
                "Safeconduct", "StrictJSON", "JOSE", "Cedar", "TransparencyLog", "WorkloadIdentity", "PostgreSQL",
                "PostgreSQLTestServer", "TrustModel", "TrustStore", crypto, hashTree, nioCore,
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SafeconductCommandTests",
            dependencies: [
                "SafeconductCommand", "Posture", "StrictJSON", "StrictYAML", "TransparencyLog", "TrustModel",
                "TrustStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
    ]
)
