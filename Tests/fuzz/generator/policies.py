"""Policies: a scope that fits the world, conditions, annotations; as a tree that can be made smaller, and as text."""

from dataclasses import dataclass, field, replace

from . import words
from .conditions import Conditions
from .expressions import Node, binary, lit, quoted, text


@dataclass
class Policy:
    effect: str = "permit"
    principal: str = "principal"
    action: str = "action"
    resource: str = "resource"
    conditions: list = field(default_factory=list)  # ("when" | "unless", Node)
    annotations: list = field(default_factory=list)

    def text(self, dice):
        comma = "," if dice.chance(0.03) else ""
        lines = ["".join(annotation + " " for annotation in self.annotations)
                 + f"{self.effect}({self.principal}, {self.action}, {self.resource}{comma})"]
        lines += [f"{kind} {{ {text(dice, node)} }}" for kind, node in self.conditions]
        return dice.choice(["\n", " ", " // c\n", "\n"]).join(lines) + ";"

    def smaller(self):
        """Policies with a little less in them, the boldest first."""
        for index in range(len(self.conditions)):
            yield replace(self, conditions=self.conditions[:index] + self.conditions[index + 1:])
        if self.annotations:
            yield replace(self, annotations=[])
        for part in ("principal", "action", "resource"):
            if getattr(self, part) != part:
                yield replace(self, **{part: part})
        for index, (kind, node) in enumerate(self.conditions):
            for other in smaller(node):
                yield replace(
                    self, conditions=self.conditions[:index] + [(kind, other)] + self.conditions[index + 1:]
                )


def smaller(node):
    """Expressions a step simpler: an operand in its place, something plain, an operand less or a simpler one."""
    yield from node.operands
    if node.operands:
        yield lit(True)
        yield lit(0)
    elif node.kind == "literal" and isinstance(node.data, str) and len(node.data) > 1:
        yield lit(node.data[: len(node.data) // 2])
        yield lit(node.data[len(node.data) // 2:])
    elif node.kind == "literal" and isinstance(node.data, int) and abs(node.data) > 1:
        yield lit(0)
        yield lit(node.data // 2)
    elif node.kind == "entity" and node.data[1] not in ("a", ""):
        yield Node("entity", (), (node.data[0], "a"))
    if node.kind in ("set", "call", "record") and node.operands:
        for index in range(len(node.operands)):
            operands = node.operands[:index] + node.operands[index + 1:]
            data = node.data[:index] + node.data[index + 1:] if node.kind == "record" else node.data
            yield Node(node.kind, operands, data)
    if node.kind in ("like", "has") and len(node.data) > 1:
        for index in range(len(node.data)):
            yield Node(node.kind, node.operands, node.data[:index] + node.data[index + 1:])
    for index, operand in enumerate(node.operands):
        for other in smaller(operand):
            yield node.with_operand(index, other)


class Policies:
    """Policies of a world. `manner`: "typed" should pass the validator, "loose" mostly, "wild" not."""

    WILD = {"typed": 0.0, "loose": 0.02, "wild": 0.12}
    UNGUARDED = {"typed": 0.0, "loose": 0.15, "wild": 0.6}

    def __init__(self, dice, world, data):
        self.dice, self.world, self.data = dice, world, data

    def policy(self, manner, templates=0.0, deep=0.01):
        dice = self.dice
        action = dice.choice([action for action in self.world.actions if action.principals])
        principal, resource = dice.choice(action.principals), dice.choice(action.resources)
        conditions = Conditions(
            dice, self.world, principal, action, resource, self.data, self.WILD[manner], self.UNGUARDED[manner]
        )
        narrow = manner == "typed" or dice.chance(0.5)
        made = Policy(effect=dice.choice(["permit", "permit", "permit", "forbid"]))
        made.principal = self.place("principal", principal, narrow, templates)
        made.resource = self.place("resource", resource, narrow, templates)
        made.action = self.action(action, narrow)
        for _ in range(dice.choice([0, 0, 1, 1, 1, 1, 1, 2, 3])):
            node = conditions.bool(dice.choice([0, 1, 1, 2, 2, 3, 4]))
            if not narrow and dice.chance(0.5):
                node = conditions.environment(node)
            if dice.chance(deep):
                node = deepen(dice, node)
            made.conditions.append((dice.weighted((3, "when"), (1, "unless")), node))
        keys = dice.some(["id", "a", "note", "if", "permit", "_", "A1"], 0, 2) if dice.chance(0.25) else []
        made.annotations = [
            f"@{key}" if dice.chance(0.2) else f"@{key}({quoted(dice, dice.choice(words.STRINGS))})" for key in keys
        ]
        return made

    def crowd(self, count):
        """Many policies whose conditions begin alike: what an index shares between them, or must not."""
        dice = self.dice
        action = dice.choice([action for action in self.world.actions if action.principals])
        principal, resource = dice.choice(action.principals), dice.choice(action.resources)
        conditions = Conditions(
            dice, self.world, principal, action, resource, self.data, dice.choice([0.0, 0.03]), dice.choice([0.0, 0.5, 1.0])
        )
        paths = [path for path in conditions.paths if path[1][0] in ("Bool", "Long", "String", "Entity", "decimal")]
        paths = dice.some(paths, 1, 4)
        shared = [conditions.bool(dice.choice([0, 0, 1])) for _ in range(dice.randint(1, 5))]

        def atom():
            if dice.chance(0.4):
                return dice.choice(shared)
            path, type, guards = dice.choice(paths)
            literal = conditions.entity(type[1]) if type[0] == "Entity" else conditions.make(type, 0)
            operator = "==" if dice.chance(0.85) else "!="
            made = binary(operator, literal, path) if dice.chance(0.2) else binary(operator, path, literal)
            for guard in reversed(guards):
                if dice.chance(0.4):
                    made = binary("&&", guard, made)
            return made

        def chain():
            made = atom()
            for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
                made = binary("&&" if dice.chance(0.85) else "||", made, atom())
            return made

        scopes = [self.policy("loose") for _ in range(dice.randint(1, 12))]
        return [
            replace(
                dice.choice(scopes), effect=dice.choice(["permit", "permit", "forbid"]), annotations=[],
                conditions=[(dice.weighted((4, "when"), (1, "unless")), chain()) for _ in range(dice.choice([0, 1, 1, 1, 2, 3]))],
            )
            for _ in range(count)
        ]

    def place(self, variable, type, narrow, templates):
        dice = self.dice
        ancestors = self.world.ancestors(type) + [type]
        shape = dice.weighted(
            (1 if narrow else 8, "any"), (8 if narrow else 2, "is"), (1.5, "in"), (1, "is in"), (1, "=="),
        )
        if shape == "any":
            return variable
        if shape == "is":
            return f"{variable} is {type}"
        at = type if shape == "==" else dice.choice(ancestors)
        entity = f"{at}::{quoted(dice, self.data.id(at))}"
        if dice.chance(templates):
            entity = f"?{variable}"
        elif dice.chance(0.03):
            entity = f"({entity})"
        if shape == "==":
            return f"{variable} == {entity}"
        if shape == "is in":
            return f"{variable} is {type} in {entity}"
        return f"{variable} in {entity}"

    def action(self, action, narrow):
        dice = self.dice

        def uid(of):
            return f"{of.type}::{quoted(dice, of.id)}"

        shape = dice.weighted((1 if narrow else 5, "any"), (3 if narrow else 1, "=="), (1, "in"), (2, "list"))
        if shape == "any":
            return "action"
        if shape == "==":
            return f"action == {uid(action)}"
        others = dice.some(self.world.actions, 0, 2)
        if shape == "in":
            return f"action in {uid(dice.choice([action, *others]))}"
        listed = [action, *others] if dice.chance(0.9) else others
        dice.shuffle(listed)
        return f"action in [{', '.join(uid(of) for of in listed)}]"


def deepen(dice, node):
    """The same truth value in a deep nest, near what the bound allows."""
    shape = dice.choice(["!", "&&", "||", "if", "(", "==", "set", "record", "chain"])
    # A level may be two nodes of the tree, and 128 is the bound.
    depth = dice.choice([5, 20, 35, 45])
    for _ in range(depth):
        if shape == "!":
            node = Node("unary", [node], "!")
        elif shape == "if":
            node = Node("conditional", [lit(True), node, lit(False)])
        elif shape == "&&":
            node = binary("&&", lit(True), node)
        elif shape == "chain":
            node = binary("&&", node, lit(True))
        elif shape == "||":
            node = binary("||", lit(False), node)
        elif shape == "==":
            node = binary("==", node, lit(True))
        elif shape == "set":
            node = Node("method", [Node("set", [node]), lit(True)], "contains")
        elif shape == "record":
            node = Node("attribute", [Node("record", [node], ["a"])], "a")
        else:
            node = binary("||", node, lit(False))
    return node
