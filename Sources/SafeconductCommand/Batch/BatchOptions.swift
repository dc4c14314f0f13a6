
import ArgumentParser

/// The options of commands that answer lines.
struct BatchOptions: ParsableArguments {
    @Flag(help: "Read lines of JSON from standard input and answer each with a line of JSON.")
    var batch = false

    func validate() throws {
        guard batch else { throw ValidationError("say --batch; there is no other form yet") }
    }
}
