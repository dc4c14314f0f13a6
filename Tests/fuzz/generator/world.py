"""A world: entity types, actions and what they apply to. A schema says it, policies speak of it, data obeys it or not.

Types are tuples: ("Bool",), ("Long",), ("String",), ("decimal",) and the other extensions, ("Set", T),
("Record", ((name, T, required), ...)), ("Entity", "N::User").
"""

from dataclasses import dataclass, field

from . import words

PRIMITIVES = ["Bool", "Long", "String"]
EXTENSIONS = list(words.EXTENSIONS)


@dataclass
class EntityType:
    name: str
    parents: list = field(default_factory=list)  # types it may be directly in
    attributes: tuple = ()  # as in a record
    tags: tuple | None = None
    enum: list | None = None

    @property
    def type(self):
        return ("Entity", self.name)


@dataclass
class Action:
    type: str
    id: str
    parents: list = field(default_factory=list)  # (type, id) of other actions
    principals: list = field(default_factory=list)
    resources: list = field(default_factory=list)
    context: tuple = ()

    @property
    def uid(self):
        return (self.type, self.id)


@dataclass
class World:
    entities: dict = field(default_factory=dict)
    actions: list = field(default_factory=list)
    commons: dict = field(default_factory=dict)  # name (qualified) -> type

    def attributes(self, type):
        """The members of a record or entity type, as (name, type, required)."""
        if type[0] == "Record":
            return type[1]
        if type[0] == "Entity" and type[1] in self.entities:
            return self.entities[type[1]].attributes
        return ()

    def ancestors(self, name):
        """The types something of this type can be in, itself not counted."""
        seen, todo = set(), list(self.entities[name].parents) if name in self.entities else []
        while todo:
            parent = todo.pop()
            if parent not in seen:
                seen.add(parent)
                todo += self.entities[parent].parents
        return sorted(seen)


def world(dice, odd=0.1):
    """A fresh world; `odd` is the share of unusual names."""
    made = World()
    spaces = dice.some(words.NAMESPACES, 1, 2)
    for name in dice.some(words.TYPE_NAMES, 2, 5):
        space = dice.choice(spaces)
        full = f"{space}::{name}" if space else name
        # A name in a namespace may not shadow one without; the schema would be refused.
        if not any(other.split("::")[-1] == name for other in made.entities):
            made.entities[full] = EntityType(full)
    names = list(made.entities)
    for index, entity in enumerate(made.entities.values()):
        if dice.chance(0.1):
            entity.enum = dice.some(words.IDS + words.ODD_IDS[:4], 1, 3)
            continue
        # Mostly downwards, so that there is depth; sometimes a type is in itself or in a circle.
        choices = names[index + 1:] or names
        entity.parents = dice.some(names if dice.chance(0.2) else choices, 0, 2)
    for entity in made.entities.values():
        entity.parents = [name for name in entity.parents if not made.entities[name].enum]
    for index in range(dice.randint(0, 2)):
        space = dice.choice(spaces)
        made.commons[(f"{space}::" if space else "") + f"C{index}"] = some_type(dice, made, 2, odd)
    for entity in made.entities.values():
        if entity.enum is None:
            entity.attributes = members(dice, made, 3, odd, dice.randint(0, 5))
            if dice.chance(0.4):
                entity.tags = some_type(dice, made, 1, odd)
    if len(names) > 1 and dice.chance(0.2):
        # A twin: the two may be declared together.
        twin, other = dice.some(list(made.entities.values()), 2, 2)
        if not twin.enum and not other.enum:
            twin.parents, twin.attributes, twin.tags = list(other.parents), other.attributes, other.tags
    space = dice.choice(spaces)
    several = dice.chance(0.25)
    for index, id in enumerate(dice.some(["read", "write", "x", "all"] + words.ODD_IDS[:2], 2, 4)):
        if several:
            space = dice.choice(words.NAMESPACES)
            id = dice.choice([id, "read"])
        action_type = f"{space}::Action" if space else "Action"
        if any(other.uid == (action_type, id) for other in made.actions):
            continue
        if several and space == "" and any(other.id == id for other in made.actions):
            # An action without a namespace may not be shadowed.
            continue
        action = Action(action_type, id, parents=dice.some([a.uid for a in made.actions], 0, 2))
        if made.actions and dice.chance(0.15):
            last = made.actions[-1]
            action.parents, action.principals = list(last.parents), list(last.principals)
            action.resources, action.context = list(last.resources), last.context
            made.actions.append(action)
            continue
        if index == 0 or not dice.chance(0.1):
            action.principals = dice.some(names, 1, 2)
            action.resources = dice.some(names, 1, 2)
            action.context = members(dice, made, 3, odd, dice.randint(0, 4))
        made.actions.append(action)
    return made


def members(dice, world, depth, odd, count):
    names = []
    while len(names) < count:
        name = dice.choice(words.ODD_NAMES if dice.chance(odd) else words.NAMES)
        if name in names:
            count -= 1
        else:
            names.append(name)
    return tuple((name, some_type(dice, world, depth - 1, odd), dice.chance(0.65)) for name in names)


def some_type(dice, world, depth, odd=0.1):
    kind = dice.weighted(
        (5, "primitive"), (3, "extension"), (3, "entity"), (1.5 if depth > 0 else 0, "Set"),
        (2 if depth > 0 else 0, "Record"), (1, "common"),
    )
    if kind == "extension":
        return (dice.choice(EXTENSIONS),)
    if kind == "entity":
        return ("Entity", dice.choice(list(world.entities)))
    if kind == "Set":
        return ("Set", some_type(dice, world, depth - 1, odd))
    if kind == "Record":
        return ("Record", members(dice, world, depth, odd, dice.randint(0, 3)))
    if kind == "common" and world.commons:
        return dice.choice(list(world.commons.values()))
    return (dice.choice(PRIMITIVES),)
