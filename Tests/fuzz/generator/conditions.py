"""Expressions of a given type, made so that they would pass the validator, and, where chance says so, would not."""

from . import words
from .expressions import Node, attribute, binary, call, entity, has, lit, method, variable
from .world import some_type

BOOL, LONG, STRING = ("Bool",), ("Long",), ("String",)
COMPARISONS = ["<", "<=", ">", ">="]
METHODS = ["contains", "containsAll", "containsAny", "isEmpty", "hasTag", "getTag", "lessThan", "lessThanOrEqual",
           "greaterThan", "greaterThanOrEqual", "isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange", "offset",
           "durationSince", "toDate", "toTime", "toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"]
NO_ARGUMENT = {"isEmpty", "isIpv4", "isIpv6", "isLoopback", "isMulticast", "toDate", "toTime", "toMilliseconds",
               "toSeconds", "toMinutes", "toHours", "toDays"}


class Conditions:
    """Expressions over one environment: the types of principal and resource, and the action.

    `wild` is the share of places where an expression of another type stands, or an attribute nobody has.
    `unguarded` is the share of optional attributes read without asking whether they are there."""

    def __init__(self, dice, world, principal, action, resource, data, wild=0.0, unguarded=0.0):
        self.dice, self.world, self.data, self.action = dice, world, data, action
        self.wild, self.unguarded = wild, unguarded
        self.roots = [
            (variable("principal"), ("Entity", principal)), (variable("resource"), ("Entity", resource)),
            (variable("action"), ("Entity", action.type)), (variable("context"), ("Record", action.context)),
        ]
        self.guards = []
        self._paths = None

    # What can be reached from the variables: (expression, type, guards).
    @property
    def paths(self):
        if self._paths is None:
            self._paths = []
            todo = [(root, type, ()) for root, type in self.roots]
            for _ in range(3):
                self._paths += todo
                todo = [step for path in todo for step in self.steps(path)]
            self._paths += todo
        return self._paths

    def steps(self, path):
        of, type, guards = path
        made = []
        for name, member, required in self.world.attributes(type):
            asked = guards if required else guards + (has(of, [name]),)
            made.append((attribute(of, name), member, asked))
        return made

    def reach(self, type):
        """A path to something of the type; nil when there is none."""
        fitting = [path for path in self.paths if path[1] == type]
        if not fitting:
            return None
        found, _, guards = self.dice.choice(fitting)
        if not self.dice.chance(self.unguarded):
            self.guards.extend(guards)
        return self.dressed(found) if self.dice.chance(0.04) else found

    def make(self, type, depth):
        dice = self.dice
        if dice.chance(self.wild):
            type = dice.choice([BOOL, LONG, STRING, ("Set", LONG), some_type(dice, self.world, 1)])
            if dice.chance(0.3):
                return self.nonsense(depth)
        if depth > 0 and type[0] != "Bool" and dice.chance(0.06):
            return Node("conditional", (self.bool(depth - 1), self.make(type, depth - 1), self.make(type, depth - 1)))
        kind = type[0]
        if kind == "Bool":
            return self.bool(depth)
        if dice.chance(0.55 if depth > 0 else 0.7):
            found = self.reach(type)
            if found is not None:
                return found
            tag = self.tag(type)
            if tag is not None:
                return tag
        if kind == "Long":
            return self.long(depth)
        if kind == "Set":
            return Node("set", [self.make(type[1], depth - 1) for _ in range(dice.choice([1, 1, 2, 2, 3]))])
        if kind == "Record":
            return self.record(type, depth)
        if kind == "Entity":
            return self.entity(type[1])
        if kind == "String":
            return lit(self.string())
        return self.extension(kind, depth)

    def string(self):
        return self.dice.choice(words.LIKELY_STRINGS if self.dice.chance(0.6) else words.STRINGS)

    def entity(self, type):
        if any(action.type == type for action in self.world.actions):
            return entity(type, self.dice.choice(self.world.actions).id)
        return entity(type, self.data.id(type))

    def record(self, type, depth):
        members = [(name, member) for name, member, required in type[1] if required or self.dice.chance(0.5)]
        return Node("record", [self.make(member, depth - 1) for _, member in members], [name for name, _ in members])

    def long(self, depth):
        dice = self.dice
        if depth <= 0 or dice.chance(0.4):
            return lit(dice.choice(words.EDGE_LONGS if dice.chance(0.1) else words.LONGS))
        shape = dice.weighted((4, "+"), (2, "-"), (2, "*"), (2, "negate"), (1, "to"))
        if shape == "negate":
            return Node("unary", [self.make(LONG, depth - 1)], "-")
        if shape == "to":
            name = dice.choice(["toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"])
            return method(self.make(("duration",), depth - 1), name)
        return binary(shape, self.make(LONG, depth - 1), self.make(LONG, depth - 1))

    def extension(self, kind, depth):
        dice = self.dice
        if depth > 0 and kind == "datetime" and dice.chance(0.4):
            if dice.chance(0.3):
                return method(self.make(kind and ("datetime",), depth - 1), "toDate")
            return method(self.make(("datetime",), depth - 1), "offset", self.make(("duration",), depth - 1))
        if depth > 0 and kind == "duration" and dice.chance(0.4):
            if dice.chance(0.5):
                return method(self.make(("datetime",), depth - 1), "toTime")
            return method(self.make(("datetime",), depth - 1), "durationSince", self.make(("datetime",), depth - 1))
        function, texts, bad = words.EXTENSIONS[kind]
        if dice.chance(self.wild):
            return call(function, self.make(STRING, depth - 1))
        return call(function, lit(dice.choice(bad if dice.chance(0.02 + self.wild) else texts)))

    def tag(self, type):
        """A guarded tag of that type."""
        fitting = [
            path for path in self.paths
            if path[1][0] == "Entity" and path[1][1] in self.world.entities
            and self.world.entities[path[1][1]].tags == type
        ]
        if not fitting:
            return None
        of, _, guards = self.dice.choice(fitting)
        key = lit(self.dice.choice(words.LIKELY_STRINGS + words.NAMES[:3]))
        if not self.dice.chance(self.unguarded):
            self.guards.extend(guards)
            self.guards.append(method(of, "hasTag", key))
        return method(of, "getTag", key)

    def bool(self, depth):
        """A truth value; the guards its parts need stand before it."""
        outer, self.guards = self.guards, []
        made = self.unguarded_bool(depth)
        seen = set()
        wanted = [guard for guard in self.guards if not (id(guard) in seen or seen.add(id(guard)))]
        self.guards = outer
        if not wanted:
            return made
        for guard in reversed(wanted):
            made = self.guarded(guard, made, depth)
        return made

    def guarded(self, guard, made, depth):
        """`made` where `guard` holds; in the plain form, in another that means the same, or in one that does not."""
        dice = self.dice
        if self.wild == 0 and dice.chance(0.8):
            return binary("&&", guard, made)
        other = self.leaf(0) if depth > 0 else lit(dice.chance(0.5))
        shape = dice.weighted(
            (12, "and"), (3, "if"), (1, "not or"), (1, "after"), (1, "true and"), (1, "and true"), (1, "or"), (1, "or false"),
            (1, "if not"), (1, "or true"), (1, "twice"), (1, "other"), (1, "false or"),
        )
        if shape == "if":
            return Node("conditional", [guard, made, other])
        if shape == "if not":
            return Node("conditional", [Node("unary", [guard], "!"), other, made])
        if shape == "not or":
            return binary("||", Node("unary", [guard], "!"), made)
        if shape == "after":
            return binary("&&", made, guard)
        forms = {
            "true and": lambda: binary("&&", lit(True), guard), "and true": lambda: binary("&&", guard, lit(True)),
            "or": lambda: binary("||", guard, other), "or false": lambda: binary("||", guard, lit(False)),
            "or true": lambda: binary("||", lit(True), guard), "twice": lambda: binary("||", guard, guard),
            "other": lambda: binary("&&", guard, other), "false or": lambda: binary("||", lit(False), guard),
            "and": lambda: guard,
        }
        return binary("&&", forms[shape](), made)

    def dressed(self, node):
        """The same value by a detour."""
        dice = self.dice
        shape = dice.choice(["record", "if", "if", "if false"])
        if shape == "record":
            return attribute(Node("record", [node, lit(1)], ["a", "b"]), "a")
        if shape == "if false":
            return Node("conditional", [lit(False), lit(1), node])
        return Node("conditional", [lit(True) if dice.chance(0.5) else self.leaf(0), node, node])

    def environment(self, condition):
        """The condition behind a test for the environment it was made for."""
        dice = self.dice
        principal, resource = self.roots[0][1][1], self.roots[1][1][1]
        action = entity(self.action.type, self.action.id)
        tests = [
            Node("is_", [variable("principal")], principal), Node("is_", [variable("resource")], resource),
            binary(dice.choice(["==", "in"]), variable("action"), action if dice.chance(0.7) else Node("set", [action])),
        ]
        dice.shuffle(tests)
        for test in tests[: dice.choice([3, 3, 3, 2])]:
            condition = self.guarded(test, condition, 0)
        return condition

    def unguarded_bool(self, depth):
        dice = self.dice
        if dice.chance(self.wild):
            return self.nonsense(depth)
        if depth > 0:
            shape = dice.weighted((5, "leaf"), (2, "&&"), (5, "||"), (2, "!"), (1.5, "if"), (0.5, "=="))
            if shape in ("&&", "||", "=="):
                return binary(shape, self.bool(depth - 1), self.bool(depth - 1))
            if shape == "!":
                return Node("unary", [self.bool(depth - 1)], "!")
            if shape == "if":
                return Node("conditional", [self.bool(depth - 1) for _ in range(3)])
        return self.leaf(depth - 1)

    def leaf(self, depth):
        dice = self.dice
        shape = dice.weighted(
            (5, "equal"), (4, "compare"), (4, "in"), (3, "has"), (2, "like"), (2, "is"), (3, "contains"),
            (2, "containsAll"), (1, "isEmpty"), (2, "hasTag"), (2, "decimal"), (3, "ip"), (1, "literal"), (3, "path"),
        )
        if shape == "literal":
            return lit(dice.chance(0.6))
        if shape == "path":
            found = self.reach(BOOL)
            return lit(True) if found is None else found
        if shape == "equal":
            type = dice.choice(self.paths)[1] if dice.chance(0.8) else some_type(dice, self.world, 1)
            left = self.make(type, depth)
            # Rarely are two fresh things equal.
            right = left if dice.chance(0.2) else self.make(type, depth)
            return binary(dice.choice(["==", "==", "!="]), left, right)
        if shape == "compare":
            type = dice.choice([LONG, LONG, ("datetime",), ("duration",)])
            return binary(dice.choice(COMPARISONS), self.make(type, depth), self.make(type, depth))
        if shape == "in":
            return self.membership(depth)
        if shape == "has":
            return self.presence()
        if shape == "like":
            return Node("like", [self.make(STRING, depth)], self.pattern())
        if shape == "is":
            type = dice.choice(list(self.world.entities))
            of = self.some_entity(depth)
            if dice.chance(0.4):
                return Node("is_", [of, self.some_entity(depth)], type)
            return Node("is_", [of], type)
        if shape in ("contains", "containsAll", "isEmpty"):
            sets = [path[1] for path in self.paths if path[1][0] == "Set"]
            type = dice.choice(sets) if sets and dice.chance(0.7) else ("Set", some_type(dice, self.world, 1))
            if shape == "contains":
                return method(self.make(type, depth), "contains", self.make(type[1], depth))
            if shape == "isEmpty":
                return method(self.make(type, depth), "isEmpty")
            name = dice.choice(["containsAll", "containsAny"])
            return method(self.make(type, depth), name, self.make(type, depth))
        if shape == "hasTag":
            return method(self.some_entity(depth), "hasTag", self.make(STRING, 0))
        if shape == "decimal":
            name = dice.choice(["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"])
            return method(self.make(("decimal",), depth), name, self.make(("decimal",), depth))
        name = dice.choice(["isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange", "isInRange"])
        address = self.make(("ipaddr",), depth)
        return method(address, name, self.make(("ipaddr",), depth)) if name == "isInRange" else method(address, name)

    def some_entity(self, depth):
        types = [path[1] for path in self.paths if path[1][0] == "Entity"]
        return self.make(self.dice.choice(types), min(depth, 1))

    def membership(self, depth):
        dice = self.dice
        types = [path[1][1] for path in self.paths if path[1][0] == "Entity" and path[1][1] in self.world.entities]
        child = dice.choice(types) if types else list(self.world.entities)[0]
        if dice.chance(0.1):
            left = variable("action")
            right = entity(self.action.type, dice.choice(self.world.actions).id)
            return binary("in", left, right)
        ancestors = self.world.ancestors(child) or [child]
        parent = dice.choice(ancestors + [child])
        left = self.make(("Entity", child), depth)
        if dice.chance(0.3):
            return binary("in", left, self.make(("Set", ("Entity", parent)), depth))
        return binary("in", left, self.make(("Entity", parent), depth))

    def presence(self):
        of, type, guards = self.dice.choice(
            [path for path in self.paths if path[1][0] in ("Record", "Entity")]
        )
        names = []
        while len(names) < 3:
            members = self.world.attributes(type)
            if not members or self.dice.chance(0.1):
                names.append(self.dice.choice(words.NAMES))
                break
            name, type, _ = self.dice.choice(members)
            names.append(name)
            if type[0] not in ("Record", "Entity") or self.dice.chance(0.4):
                break
        if any(not name.isidentifier() or not name.isascii() or name in words.RESERVED for name in names):
            names = names[:1]
        if not self.dice.chance(self.unguarded):
            self.guards.extend(guards)
        return has(of, names)

    def pattern(self):
        made = list(self.string())
        for _ in range(self.dice.choice([0, 1, 1, 2, 3])):
            made.insert(self.dice.randint(0, len(made)), None)
        if self.dice.chance(0.1):
            made.insert(self.dice.randint(0, len(made)), "*")
        return tuple(made)

    def nonsense(self, depth):
        """Something that can be written and that no type fits."""
        dice = self.dice
        any_type = dice.choice([BOOL, LONG, STRING, ("Set", LONG), ("decimal",), some_type(dice, self.world, 1)])
        of = dice.choice(self.paths)[0] if dice.chance(0.6) else self.make(any_type, depth - 2)
        shape = dice.weighted(
            (3, "attribute"), (2, "has"), (3, "method"), (2, "operator"), (1, "function"), (1, "set"), (1, "like"),
            (1, "is"), (1, "unary"), (1, "record"),
        )
        other = self.make(any_type, depth - 2) if depth > 0 else lit(1)
        if shape == "attribute":
            return attribute(of, dice.choice(words.NAMES + words.ODD_NAMES))
        if shape == "has":
            return has(of, [dice.choice(words.NAMES)] * dice.choice([1, 2]))
        if shape == "method":
            name = dice.choice(METHODS)
            return method(of, name) if name in NO_ARGUMENT else method(of, name, other)
        if shape == "operator":
            return binary(dice.choice(["==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "&&", "||"]), of, other)
        if shape == "function":
            return call(dice.choice(["ip", "decimal", "datetime", "duration"]), *[other] * dice.choice([1, 1, 1, 0, 2]))
        if shape == "set":
            return Node("set", dice.choice([[], [of, other], [Node("set", [of]), Node("set", [])]]))
        if shape == "like":
            return Node("like", [of], self.pattern())
        if shape == "is":
            return Node("is_", [of, other][: dice.choice([1, 2])], dice.choice(words.TYPE_NAMES))
        if shape == "unary":
            made = of
            sign = dice.choice("!-")
            for _ in range(dice.choice([1, 1, 2, 3, 5])):
                made = Node("unary", [made], sign)
            return made
        return Node("record", [of, other], ["a", dice.choice(words.ODD_NAMES)])
