"""Expressions as trees, and their text."""

import re

from . import words

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
OR, AND, RELATION, SUM, PRODUCT, UNARY, MEMBER = range(1, 8)
LEVELS = {"||": OR, "&&": AND, "+": SUM, "-": SUM, "*": PRODUCT}
RELATIONS = ["==", "!=", "<", "<=", ">", ">=", "in"]


class Node:
    """One operation: its kind, its operands, and what else it needs (a name, a value, an operator)."""

    __slots__ = ("kind", "operands", "data")

    def __init__(self, kind, operands=(), data=None):
        self.kind, self.operands, self.data = kind, tuple(operands), data

    def with_operand(self, index, operand):
        return Node(self.kind, self.operands[:index] + (operand,) + self.operands[index + 1:], self.data)


def lit(value):
    return Node("literal", (), value)


def entity(type, id):
    return Node("entity", (), (type, id))


def variable(name):
    return Node("variable", (), name)


def binary(operator, left, right):
    return Node("binary", (left, right), operator)


def attribute(of, name):
    return Node("attribute", (of,), name)


def has(of, names):
    return Node("has", (of,), tuple(names))


def call(function, *arguments):
    return Node("call", arguments, function)


def method(receiver, name, *arguments):
    return Node("method", (receiver, *arguments), name)


ESCAPES = {'"': '\\"', "\\": "\\\\", "\r": "\\r", "\0": "\\0", "\n": "\\n", "\t": "\\t", "'": "\\'"}
MUST_ESCAPE = {'"', "\\", "\r"}


def quoted(dice, text, pattern=False):
    """The text in quotes; what may stand for itself or be escaped does either. In a pattern None is the wildcard."""
    return '"' + "".join(_character(dice, character, pattern) for character in text) + '"'


def _character(dice, character, pattern):
    if character is None:
        return "*"
    if pattern and character == "*":
        return "\\*"
    if character not in MUST_ESCAPE and (dice is None or character.isalnum() or dice.chance(0.6)):
        return character
    if character in ESCAPES and (dice is None or dice.chance(0.7)):
        return ESCAPES[character]
    if ord(character) < 128 and dice is not None and dice.chance(0.3):
        return f"\\x{ord(character):02{'x' if dice.chance(0.5) else 'X'}}"
    return f"\\u{{{ord(character):{'04' if dice is not None and dice.chance(0.3) else ''}x}}}"


def text(dice, node):
    """The expression's text: brackets where they must be and now and then where they need not."""
    return _Printer(dice).write(node, 0)


class _Printer:
    def __init__(self, dice):
        self.dice = dice

    def write(self, node, level):
        written, own = getattr(self, node.kind)(node)
        if own < level or self.dice.chance(0.03):
            return f"({written})"
        return written

    def name(self, name):
        return name if IDENTIFIER.match(name) and name not in words.RESERVED else None

    def literal(self, node):
        value = node.data
        if isinstance(value, bool):
            return ("true" if value else "false"), MEMBER
        if isinstance(value, int):
            return str(value), MEMBER if value >= 0 else UNARY
        return quoted(self.dice, value), MEMBER

    def entity(self, node):
        return f"{node.data[0]}::{quoted(self.dice, node.data[1])}", MEMBER

    def variable(self, node):
        return node.data, MEMBER

    def conditional(self, node):
        condition, then, otherwise = (self.write(operand, 0) for operand in node.operands)
        return f"if {condition} then {then} else {otherwise}", 0

    def binary(self, node):
        operator = node.data
        own = LEVELS.get(operator, RELATION)
        low = own + 1 if own == RELATION else own
        left, right = self.write(node.operands[0], low), self.write(node.operands[1], own + 1)
        space = " " if operator == "in" or self.dice.chance(0.9) else ""
        return f"{left}{space}{operator}{space}{right}", own

    def unary(self, node):
        # At most four signs in a row, and they do not mix.
        operator, operand = node.data, node.operands[0]
        written = self.write(operand, UNARY)
        if written[0] in "!-" and (written[0] != operator or len(written) - len(written.lstrip("!-")) > 3):
            written = f"({written})"
        return operator + written, UNARY

    def attribute(self, node):
        of, name = self.write(node.operands[0], MEMBER), node.data
        if self.name(name) and self.dice.chance(0.9):
            return f"{of}.{name}", MEMBER
        return f"{of}[{quoted(self.dice, name)}]", MEMBER

    def has(self, node):
        of, names = self.write(node.operands[0], SUM), node.data
        if all(self.name(name) for name in names) and (len(names) > 1 or self.dice.chance(0.8)):
            return f"{of} has {'.'.join(names)}", RELATION
        return f"{of} has {quoted(self.dice, names[0])}", RELATION

    def like(self, node):
        return f"{self.write(node.operands[0], SUM)} like {quoted(self.dice, node.data, pattern=True)}", RELATION

    def is_(self, node):
        written = f"{self.write(node.operands[0], SUM)} is {node.data}"
        if len(node.operands) > 1:
            written += f" in {self.write(node.operands[1], SUM)}"
        return written, RELATION

    def set(self, node):
        return f"[{self.list(node.operands)}]", MEMBER

    def record(self, node):
        pairs = [
            f"{name if self.name(name) and self.dice.chance(0.8) else quoted(self.dice, name)}: {self.write(value, 0)}"
            for name, value in zip(node.data, node.operands)
        ]
        return "{" + ", ".join(pairs) + ("," if pairs and self.dice.chance(0.05) else "") + "}", MEMBER

    def list(self, operands):
        return ", ".join(self.write(operand, 0) for operand in operands) + (
            "," if operands and self.dice.chance(0.05) else ""
        )

    def call(self, node):
        return f"{node.data}({self.list(node.operands)})", MEMBER

    def method(self, node):
        receiver = self.write(node.operands[0], MEMBER)
        return f"{receiver}.{node.data}({self.list(node.operands[1:])})", MEMBER


def size(node):
    return 1 + sum(size(operand) for operand in node.operands)
