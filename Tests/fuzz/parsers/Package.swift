// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody's build of Safeconduct carries the fuzzer's instruments. Its sources of the
// engine are links to those of the project. `Tests/fuzz/parsers/run` builds and runs it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "FuzzParsers",
    platforms: [.macOS(.v26)],
    targets: [
        .target(name: "StrictJSON", swiftSettings: settings + [.strictMemorySafety()]),
        .target(name: "Cedar", dependencies: ["StrictJSON"], swiftSettings: settings + [.strictMemorySafety()]),
        .executableTarget(name: "FuzzParsers", dependencies: ["Cedar", "StrictJSON"], swiftSettings: settings),
    ]
)
