
/// The version of this build.
enum ProductVersion {
    /// Semantic version 2.0.0.
    static let text = "0.1.0"
}
