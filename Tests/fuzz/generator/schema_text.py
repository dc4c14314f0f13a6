"""A world written as a schema, in Cedar's syntax and in its JSON, in one of the many ways each allows."""

import re

from . import words
from .expressions import quoted

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def schema_text(dice, world, plain=False):
    """The schema of `world` in Cedar's syntax. Plain: without annotations and other turns."""
    return _Writer(dice, world, plain).write()


def split(name):
    """("A::B", "User") of "A::B::User"."""
    space, _, base = name.rpartition("::")
    return space, base


class _Writer:
    def __init__(self, dice, world, plain):
        self.dice, self.world, self.plain = dice, world, plain

    def write(self):
        spaces = {}
        for group in self.together(self.world.entities.values(), lambda entity: (
            split(entity.name)[0], entity.parents, entity.attributes, entity.tags, entity.enum,
        )):
            spaces.setdefault(split(group[0].name)[0], []).append(self.entity(group))
        for name, type in self.world.commons.items():
            space, base = split(name)
            spaces.setdefault(space, []).append(f"{self.notes()}type {base} = {self.type(type, space, name)};")
        for group in self.together(self.world.actions, lambda action: (
            action.type, action.parents, action.principals, action.resources, action.context,
        )):
            space = split(group[0].type)[0]
            spaces.setdefault(space, []).append(self.action(group, space))
        parts = []
        for space, declarations in spaces.items():
            self.dice.shuffle(declarations)
            body = "\n".join(declarations)
            parts.append(f"{self.notes()}namespace {space} {{\n{body}\n}}" if space else body)
        self.dice.shuffle(parts)
        return "\n".join(parts) + "\n"

    def together(self, things, form):
        """Those of one form, some of them in one group: several names may share a declaration."""
        groups = []
        for thing in things:
            alike = [group for group in groups if form(group[0]) == form(thing)]
            if alike and self.dice.chance(0.6):
                alike[0].append(thing)
            else:
                groups.append([thing])
        return groups

    def notes(self):
        if self.plain or not self.dice.chance(0.1):
            return ""
        keys = self.dice.some(["doc", "a", "id", "in", "type"], 1, 2)
        return "".join(
            f"@{key} " if self.dice.chance(0.3) else f"@{key}({quoted(self.dice, self.dice.choice(words.STRINGS))})\n"
            for key in keys
        )

    def entity(self, group):
        entity = group[0]
        space = split(entity.name)[0]
        base = ", ".join(split(entity.name)[1] for entity in group)
        if entity.enum is not None:
            ids = ", ".join(quoted(self.dice, id) for id in entity.enum)
            return f"{self.notes()}entity {base} enum [{ids}];"
        text = f"{self.notes()}entity {base}"
        if entity.parents:
            names = [self.entity_name(name, space) for name in entity.parents]
            text += f" in {names[0]}" if len(names) == 1 and self.dice.chance(0.5) else f" in [{', '.join(names)}]"
        if entity.attributes or self.dice.chance(0.3):
            text += (" = " if self.dice.chance(0.3) else " ") + self.record(entity.attributes, space)
        if entity.tags:
            text += f" tags {self.type(entity.tags, space)}"
        return text + ";"

    def action(self, group, space):
        action = group[0]
        text = f"{self.notes()}action {', '.join(self.name(action.id) for action in group)}"
        if action.parents:
            names = [self.name(id) if type == action.type and self.dice.chance(0.5) else f"{type}::{quoted(self.dice, id)}"
                     for type, id in action.parents]
            text += f" in {names[0]}" if len(names) == 1 and self.dice.chance(0.5) else f" in [{', '.join(names)}]"
        if action.principals:
            parts = [
                f"principal: {self.names(action.principals, space)}",
                f"resource: {self.names(action.resources, space)}",
            ]
            if action.context or self.dice.chance(0.3):
                parts.append(f"context: {self.record(action.context, space)}")
            self.dice.shuffle(parts)
            text += f" appliesTo {{ {', '.join(parts)}{',' if self.dice.chance(0.2) else ''} }}"
        return text + ";"

    def names(self, names, space):
        names = [self.entity_name(name, space) for name in names]
        return names[0] if len(names) == 1 and self.dice.chance(0.5) else f"[{', '.join(names)}]"

    def entity_name(self, name, space):
        own, base = split(name)
        return base if own == space and self.dice.chance(0.6) else name

    def name(self, text):
        """A name as an identifier where it can be one."""
        plain = IDENTIFIER.match(text) and text not in words.RESERVED
        return text if plain and self.dice.chance(0.6) else quoted(self.dice, text)

    def record(self, members, space):
        written = [
            f"{self.notes()}{self.name(name)}{'' if required else '?'}: {self.type(type, space)}"
            for name, type, required in members
        ]
        return "{" + ", ".join(written) + ("," if written and self.dice.chance(0.2) else "") + "}"

    def type(self, type, space, defining=None):
        if type[0] in ("Record", "Set") or self.dice.chance(0.2):
            # A common type may stand for what it is; not within a definition, which could close a circle.
            for name, common in self.world.commons.items():
                if defining is None and common == type and self.dice.chance(0.5):
                    own, base = split(name)
                    return base if own == space and self.dice.chance(0.5) else name
        if type[0] == "Record":
            return self.record(type[1], space) if defining is None else self.closed_record(type[1], space, defining)
        if type[0] == "Set":
            return f"Set<{self.type(type[1], space, defining)}>"
        if type[0] == "Entity":
            return self.entity_name(type[1], space)
        shadowed = any(split(name)[1] == type[0] for name in [*self.world.entities, *self.world.commons])
        return f"__cedar::{type[0]}" if shadowed or self.dice.chance(0.1) else type[0]

    def closed_record(self, members, space, defining):
        return "{" + ", ".join(
            f"{self.name(name)}{'' if required else '?'}: {self.type(type, space, defining)}"
            for name, type, required in members
        ) + "}"


def schema_json(dice, world):
    """The schema of `world` as JSON (a dict)."""
    spaces = {}

    def space_of(name):
        return spaces.setdefault(split(name)[0], {"entityTypes": {}, "actions": {}})

    for entity in world.entities.values():
        form = {}
        if entity.enum is not None:
            form["enum"] = entity.enum
        else:
            if entity.parents or dice.chance(0.3):
                form["memberOfTypes"] = entity.parents
            if entity.attributes or dice.chance(0.3):
                form["shape"] = _type_json(("Record", entity.attributes))
            if entity.tags:
                form["tags"] = _type_json(entity.tags)
        space_of(entity.name)["entityTypes"][split(entity.name)[1]] = form
    for name, type in world.commons.items():
        space_of(name).setdefault("commonTypes", {})[split(name)[1]] = _type_json(type)
    for action in world.actions:
        form = {}
        if action.parents:
            form["memberOf"] = [{"id": id, **({"type": type} if type != action.type or dice.chance(0.5) else {})}
                                for type, id in action.parents]
        form["appliesTo"] = {"principalTypes": action.principals, "resourceTypes": action.resources}
        if action.context or dice.chance(0.3):
            form["appliesTo"]["context"] = _type_json(("Record", action.context))
        space_of(action.type)["actions"][action.id] = form
    return spaces


def _type_json(type):
    if type[0] == "Record":
        return {"type": "Record", "attributes": {
            name: {**_type_json(member), **({} if required else {"required": False})}
            for name, member, required in type[1]
        }}
    if type[0] == "Set":
        return {"type": "Set", "element": _type_json(type[1])}
    if type[0] == "Entity":
        return {"type": "Entity", "name": type[1]}
    if type[0] == "Bool":
        return {"type": "Boolean"}
    if type[0] in ("Long", "String"):
        return {"type": type[0]}
    return {"type": "Extension", "name": type[0]}
