// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The manual page made from what the argument parser knows of its commands (man(7) macros).
enum ManualPage {
    /// The page.
    ///
    /// - Parameter tool: The parser's own description of the root command.
    static func text(_ tool: JSONValue) -> String {
        guard let root = tool["command"] else { return "" }
        var page = ".TH SAFECONDUCT 1 \"\" \"safeconduct \(escaped(ProductVersion.text))\" \"Safeconduct\"\n"
        // Names of variables and options stay whole at the end of a line.
        page += ".nh\n"
        page += ".SH NAME\nsafeconduct \\- \(escaped(root["abstract"]?.stringValue ?? ""))\n"
        page += ".SH SYNOPSIS\n.B safeconduct\n.I command\n[\\fIoptions\\fR]\n"
        page += ".SH DESCRIPTION\n" + prose(root["discussion"]?.stringValue ?? "")
        page += ".SH COMMANDS\n"
        for command in root["subcommands"]?.arrayValue ?? [] { write(command, after: "safeconduct", to: &page) }
        page += """
            .SH EXIT STATUS
            0 ok, 1 error, 2 usage, 3 denied, 4 not found, 5 conflict, 6 unavailable.
            .SH ENVIRONMENT
            .TP
            .B SAFECONDUCT_URL
            The server that commands talk to.
            .TP
            .B SAFECONDUCT_TOKEN_FILE
            A file with your token.
            .TP
            .B SAFECONDUCT_CA_FILE
            The certificates to trust, in PEM.
            .TP
            .B NO_COLOR
            No colours when it has any value.
            .PP
            Settings of the server:

            """
        for key in SettingKey.all {
            page += ".TP\n.B SAFECONDUCT_\(key.variable)\n\(escaped(key.summary))\n"
        }
        return page
    }

    private static func write(_ command: JSONValue, after path: String, to page: inout String) {
        guard let name = command["commandName"]?.stringValue, name != "help",
            command["shouldDisplay"]?.boolValue != false
        else { return }
        let path = "\(path) \(name)"
        let subcommands = command["subcommands"]?.arrayValue ?? []
        // A command that only holds others has nothing to say that they do not.
        if subcommands.isEmpty {
            page += ".SS \(escaped(path))\n\(escaped(command["abstract"]?.stringValue ?? ""))\n"
            page += prose(command["discussion"]?.stringValue ?? "")
            for argument in command["arguments"]?.arrayValue ?? [] { write(argument, to: &page) }
        }
        for command in subcommands { write(command, after: path, to: &page) }
    }

    private static func write(_ argument: JSONValue, to page: inout String) {
        guard argument["shouldDisplay"]?.boolValue != false, let name = names(argument) else { return }
        // Every command has these two.
        guard !["-h, --help", "--version"].contains(name) else { return }
        var text = argument["abstract"]?.stringValue ?? ""
        if let standard = argument["defaultValue"]?.stringValue, !standard.isEmpty, !text.contains("(default:") {
            text += " (default: \(standard))"
        }
        page += ".TP\n.B \(escaped(name))\n\(escaped(text))\n"
    }

    /// `-o, --output <output>`, or the name of what stands alone.
    private static func names(_ argument: JSONValue) -> String? {
        let value = argument["valueName"]?.stringValue ?? "value"
        guard argument["kind"]?.stringValue != "positional" else { return "<\(value)>" }
        let names = (argument["names"]?.arrayValue ?? []).compactMap { name -> String? in
            guard let text = name["name"]?.stringValue else { return nil }
            return name["kind"]?.stringValue == "long" ? "--\(text)" : "-\(text)"
        }
        guard !names.isEmpty else { return nil }
        let sorted = names.filter { !$0.hasPrefix("--") } + names.filter { $0.hasPrefix("--") }
        return sorted.joined(separator: ", ") + (argument["kind"]?.stringValue == "option" ? " <\(value)>" : "")
    }

    /// Paragraphs, and lines that are set in as they are written.
    private static func prose(_ text: String) -> String {
        var page = ""
        var isExample = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = line.hasPrefix("  ")
            if isIndented != isExample {
                page += isIndented ? ".PP\n.nf\n" : ".fi\n"
                isExample = isIndented
            }
            page += line.allSatisfy(\.isWhitespace) ? (isExample ? "\n" : ".PP\n") : escaped(String(line)) + "\n"
        }
        return page.isEmpty ? "" : ".PP\n" + page + (isExample ? ".fi\n" : "")
    }

    /// A text that no macro is read out of: backslashes, hyphens, and a point or apostrophe that begins a line.
    static func escaped(_ text: String) -> String {
        var result = ""
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if number > 0 { result += "\n" }
            if line.hasPrefix(".") || line.hasPrefix("'") { result += "\\&" }
            result += line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        }
        return result
    }
}
