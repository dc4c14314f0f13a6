"""Texts that are nearly right: policies and schemas with something put in, taken out, doubled or swapped."""

import re

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|::|==|!=|<=|>=|&&|\|\||//[^\n]*|\s+|.', re.DOTALL)
SPACES = [" ", "\n", "\t", "\r\n", "\r", "\v", "\f", "\u00a0", "\u2003", "\u2028", "\u2029", "\u0085", "\u200b", "\ufeff",
          "\u1680", "\u3000", "\u180e", "\u202f", "\u205f", "\0", "\x1c", "\u2060"]
COMMENTS = ["// x\n", "//\n", "/* x */", "# x\n", "// x\r\n", "// x\r y\n", "//\u2028x\n", "/// x\n", "//", "/"]
# Not `unknown`, a function the oracle has for its partial evaluation and the language has not.
POLICY_WORDS = """permit forbid when unless principal action resource context true false if then else in is has like
contains containsAll containsAny isEmpty hasTag getTag ip decimal datetime duration isInRange lessThan offset toDate ( )
[ ] { } , ; : :: . == != <= >= < > = + - * / % ! && || & | @ ? ?principal ?resource ?other ?action "a" "" "\\*" 'a' 0 1 -1
9223372036854775807 9223372036854775808 00 1.5 0x1 1_0 1e5 User User::"a" A::B::User::"a" Action::"a" Action::"" __cedar
__cedar::Long @id("x") @id @if @id("") id type entity not and or null $ ^ ~ ` \\ " foo foo() principal.a context["a"]
unless{true} when{} {} [] [1] {a:1} {"a":1,a:2} has-a Set template""".split()
SCHEMA_WORDS = """namespace entity action type in tags enum appliesTo principal resource context Set Long String Bool
Boolean Record Entity Extension ipaddr decimal datetime duration __cedar __cedar::Long __cedar::Bool { } [ ] < > ( ) , ;
: :: ? = @ "a" "" "\\0" @doc("x") @doc a b A::B User A::User Action::"x" Action N::Action::"x" attributes if true has is
like else 1 Set<Long> Set<Set<String>> Set<> {a:Long} {a?:Long} {"a b":Long} {} [] [User] required shape null &&
__cedar::User __cedar::decimal __cedar::ipaddr""".split()
JSON_WORDS = r"""null true false 0 1 -1 1.0 1e2 1E-2 01 +1 .5 1. NaN Infinity 9223372036854775807 9223372036854775808
-9223372036854775808 -9223372036854775809 1e400 0x1 { } [ ] : , "" "a" 'a' "\ud800" "\ud83d\ude00" "\udc00\ud800"
"\u0000" "\x41" "\/" "\a" "uid" "attrs" "parents" "tags" "__entity" "__extn" "type" "id" "fn" "arg" "args" {} []
// /**/ [[]] {"a":1} "uid":1 undefined""".split()
ESCAPES = ["\\n", "\\r", "\\t", "\\0", "\\\\", "\\'", '\\"', "\\x00", "\\x7F", "\\x80", "\\xff", "\\x7", "\\u{0}",
           "\\u{1F600}", "\\u{d800}", "\\u{110000}", "\\u{}", "\\u{1234567}", "\\u0041", "\\u{00_41}", "\\u{_41}", "\\*",
           "\\a", "\\b", "\\\n", "\\\r\n", "\\", "\\u{4_1}", "\\u{41", "\\X41", "\\u{0000041}", "\\e", "\\%", "\\ ",
           "\\x{41}", "\\U{41}", "\\u{DfFf}", "\\u{E000}", "\\u{41__}"]
ODD = ["\0", "\u00e9", "e\u0301", "\U0001f600", "\u05d0", "\ufffd", "\x7f", "$", "#", "\u2019", "\u0661", "\uff08", "\ud7ff"]


def mutated(dice, text, vocabulary):
    """The text with a few changes; often one, now and then none."""
    tokens = TOKEN.findall(text)
    for _ in range(dice.choice([0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4])):
        tokens = _changed(dice, tokens, vocabulary)
    return "".join(tokens)


def commented(dice, text):
    """The text with comments between its tokens, each different from the others."""
    tokens = TOKEN.findall(text)
    for number in range(dice.choice([1, 2, 3, 8, 30])):
        comment = dice.choice(["// {}\n", "//{}\n", "//   {}  \n", "// {}\r\n", "//// {} //\n", '// "{}" /* x */\n',
                               "// \u00e9e\u0301 {} \U0001f600\n", "//\t{}\t\n", "// {} permit(principal);\n", "//\n"])
        tokens.insert(dice.randint(0, len(tokens)), dice.choice(["", " ", "\n", "\n\n"]) + comment.format(number))
    return "".join(tokens) + ("// last" if dice.chance(0.1) else "")


SCHEMA_NAMES = """Long String Bool Boolean Set Record Entity Extension ipaddr decimal datetime duration Action User T
__cedar A B A::B::User N::T ::T A:: __cedar::Long __cedar::T N::Action __cedar::Set __cedar::Record in is like type
entity action namespace tags enum context principal resource Set<T> {} {a:T}""".split()


def renamed(dice, text, names):
    """The text with some of its words in other words' places: it reads well and means something else, or nothing."""
    tokens = TOKEN.findall(text)
    # Names of several parts are one word here.
    parts = re.findall(r"[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*", text)
    for _ in range(dice.choice([1, 1, 2, 3])):
        places = [index for index, token in enumerate(tokens) if token[0].isalpha() or token[0] in '_"']
        if not places:
            break
        at = dice.choice(places)
        if dice.chance(0.2):
            # A whole declaration or member twice, or not at all.
            end = at
            while end < len(tokens) and tokens[end] not in (";", ",", "}"):
                end += 1
            piece = tokens[at:end + 1]
            tokens[at:end + 1] = piece * dice.choice([0, 2])
        else:
            tokens[at] = dice.choice(names) if dice.chance(0.3) else dice.choice(parts)
    return "".join(tokens)


def _changed(dice, tokens, vocabulary):
    if not tokens:
        return [dice.choice(vocabulary)]
    at = dice.randrange(len(tokens))
    tokens = list(tokens)
    change = dice.weighted(
        (4, "drop"), (4, "put"), (4, "replace"), (2, "double"), (2, "swap"), (4, "space"), (2, "comment"), (2, "splice"),
        (2, "character"), (3, "escape"), (1, "join"), (1, "cut"), (2, "bracket"), (1, "move"), (2, "same"),
    )
    if change == "drop":
        del tokens[at]
    elif change == "put":
        tokens[at:at] = [" ", dice.choice(vocabulary), " "]
    elif change == "replace":
        tokens[at] = dice.choice(vocabulary)
    elif change == "double":
        tokens.insert(at, tokens[at])
    elif change == "swap":
        other = dice.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif change == "space":
        # Where there is some already, so that most stay readable.
        places = [i for i, token in enumerate(tokens) if token.isspace()] or [at]
        tokens[dice.choice(places) if dice.chance(0.8) else at] = "".join(dice.some(SPACES, 1, 2))
    elif change == "comment":
        tokens.insert(at, dice.choice(COMMENTS))
    elif change == "splice":
        end = min(len(tokens), at + dice.randint(1, 12))
        other = dice.randrange(len(tokens))
        tokens[other:other] = tokens[at:end]
    elif change == "character":
        place = dice.randint(0, len(tokens[at]))
        tokens[at] = tokens[at][:place] + dice.choice(ODD) + tokens[at][place:]
    elif change == "escape":
        strings = [i for i, token in enumerate(tokens) if token.startswith('"')]
        if strings:
            at = dice.choice(strings)
            place = dice.randint(1, max(1, len(tokens[at]) - 1))
            tokens[at] = tokens[at][:place] + dice.choice(ESCAPES) + tokens[at][place:]
    elif change == "join":
        spaces = [i for i, token in enumerate(tokens) if token.isspace()]
        if spaces:
            del tokens[dice.choice(spaces)]
    elif change == "cut":
        tokens = tokens[:at] if dice.chance(0.5) else tokens[at:]
    elif change == "bracket":
        end = min(len(tokens), at + dice.randint(0, 8))
        left, right = dice.choice([("(", ")"), ("[", "]"), ("{", "}"), ("!", ""), ("-", ""), ("if true then ", " else 1")])
        tokens[end:end] = [right] if right else []
        tokens[at:at] = [left]
    elif change == "move":
        token = tokens.pop(at)
        tokens.insert(dice.randint(0, len(tokens)), token)
    elif change == "same":
        # A word of the text in another word's place: types fit less often than kinds.
        words_here = [i for i, token in enumerate(tokens) if token[0].isalnum() or token[0] in '_"']
        if words_here:
            tokens[dice.choice(words_here)] = tokens[dice.choice(words_here)]
    return [token for token in tokens if token]

