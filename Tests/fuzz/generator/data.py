"""Entities and requests of a world, as Cedar's JSON: most obey it, some do not."""

import copy

from . import words
from .world import some_type


class Data:
    """`wild` is the share of places where something else stands than the world says; `implicit` writes entities and
    extension values the way only a reader with a schema understands."""

    def __init__(self, dice, world, wild=0.05, implicit=0.0):
        self.dice, self.world, self.wild, self.implicit = dice, world, wild, implicit

    def id(self, type):
        entity = self.world.entities.get(type)
        if entity is not None and entity.enum and not self.dice.chance(self.wild):
            return self.dice.choice(entity.enum)
        return self.dice.choice(words.ODD_IDS if self.dice.chance(0.08) else words.LIKELY_IDS)

    def uid(self, type):
        return {"type": type, "id": self.id(type)}

    def value(self, type, depth=0):
        dice = self.dice
        if dice.chance(self.wild):
            type = some_type(dice, self.world, 1)
        kind = type[0]
        if kind == "Bool":
            return dice.chance(0.5)
        if kind == "Long":
            return dice.choice(words.EDGE_LONGS if dice.chance(0.15) else words.LONGS)
        if kind == "String":
            return dice.choice(words.LIKELY_STRINGS if dice.chance(0.6) else words.STRINGS)
        if kind == "Set":
            return [self.value(type[1], depth + 1) for _ in range(dice.choice([0, 1, 1, 2, 2, 3]))]
        if kind == "Record":
            return self.record(type[1], depth + 1)
        if kind == "Entity":
            uid = self.uid(type[1])
            return uid if dice.chance(self.implicit) else {"__entity": uid}
        function, texts, bad = words.EXTENSIONS[kind]
        text = dice.choice(bad if dice.chance(self.wild * 0.1) else texts)
        if dice.chance(self.implicit):
            return text if dice.chance(0.5) else {"fn": function, "arg": text}
        if kind == "datetime" and dice.chance(0.2):
            return {"__extn": {"fn": "offset", "args": [
                {"__extn": {"fn": "datetime", "arg": dice.choice(words.DATETIMES)}},
                {"__extn": {"fn": "duration", "arg": dice.choice(["1ms", "-1d", "90s"])}},
            ]}}
        return {"__extn": {"fn": function, "arg": text}}

    def record(self, members, depth=0):
        made = {}
        for name, type, required in members:
            if self.dice.chance(1 - self.wild * 0.5 if required else 0.5):
                made[name] = self.value(type, depth)
        if self.dice.chance(self.wild):
            made[self.dice.choice(words.NAMES)] = self.value(some_type(self.dice, self.world, 1))
        return made

    def entities(self):
        """Up to four entities of each type. Parents may be missing from the list; circles there are none."""
        dice, listed = self.dice, []
        order = {}
        for entity in self.world.entities.values():
            ids = entity.enum if entity.enum else dice.some(words.IDS + words.ODD_IDS[:5], 1, 4)
            for id in ids:
                order[(entity.name, id)] = len(order)
        for (type, id), place in order.items():
            if dice.chance(0.1):
                continue
            entity = self.world.entities[type]
            parents = []
            for parent_type in entity.parents:
                # Later ones only: no circles.
                later = [uid for uid, other in order.items() if uid[0] == parent_type and other > place]
                parents += [{"type": uid[0], "id": uid[1]} for uid in dice.some(later, 0, 2)]
                if dice.chance(0.1):
                    parents.append({"type": parent_type, "id": "nowhere"})
            if dice.chance(self.wild):
                later = [uid for uid, other in order.items() if other > place]
                parents += [{"type": uid[0], "id": uid[1]} for uid in dice.some(later, 0, 1)]
            made = {"uid": {"type": type, "id": id}, "attrs": self.record(entity.attributes), "parents": parents}
            if entity.tags and dice.chance(0.8) or dice.chance(self.wild * 0.2):
                keys = dice.some(words.LIKELY_STRINGS + words.NAMES[:3], 0, 3)
                tags = entity.tags or ("String",)
                made["tags"] = {key: self.value(tags) for key in keys}
            listed.append(made)
        dice.shuffle(listed)
        return listed

    def action_entities(self):
        """The actions with what they are in, as a caller without a schema has to list them."""
        return [
            {
                "uid": {"type": action.type, "id": action.id},
                "attrs": {},
                "parents": [{"type": type, "id": id} for type, id in self.ancestors(action)],
            }
            for action in self.world.actions
        ]

    def ancestors(self, action):
        known = {other.uid: other for other in self.world.actions}
        seen, todo = [], list(action.parents)
        while todo:
            uid = todo.pop()
            if uid not in seen:
                seen.append(uid)
                todo += known[uid].parents
        return seen

    def request(self):
        dice = self.dice
        action = dice.choice([action for action in self.world.actions if action.principals])
        names = list(self.world.entities)
        off = dice.chance(self.wild)
        principal = dice.choice(names if off else action.principals)
        resource = dice.choice(names if off else action.resources)
        uid = {"type": action.type, "id": action.id}
        if dice.chance(self.wild * 0.5):
            uid = {"type": dice.choice([action.type, "Action", "Other::Action"]), "id": dice.choice(words.IDS)}
        return {
            "principal": self.uid(principal), "action": uid, "resource": self.uid(resource),
            "context": self.record(action.context),
        }


ODD_VALUES = [
    None, 1.5, 1.0, 2**63, -(2**63) - 1, 2**64, 1e2, -0.0, [], {}, [None], {"a": None}, "", True, "User::\"a\"",
    {"__entity": {}}, {"__entity": {"type": "User"}}, {"__entity": {"type": "User", "id": 1}},
    {"__entity": {"type": "a b", "id": "a"}}, {"__entity": {"type": "", "id": "a"}},
    {"__entity": {"type": "User ", "id": "a"}}, {"__entity": {"type": "N::User", "id": "a", "x": 1}},
    {"__entity": {"type": "__cedar::User", "id": "a"}}, {"__entity": {"type": "if", "id": "a"}},
    {"__entity": {"type": "N :: User", "id": "a"}}, {"__entity": {"type": "User", "id": "a"}, "x": 1},
    {"__entity": {"type": "N::User", "id": "a", "x": 1.5}}, {"__entity": None}, {"__entity": "User::\"a\""},
    {"__extn": {}}, {"__extn": {"fn": "ip"}}, {"__extn": {"fn": "ip", "arg": "x"}}, {"__extn": {"fn": "ip", "arg": 1}},
    {"__extn": {"fn": "ip", "arg": "10.0.0.1", "args": []}}, {"__extn": {"fn": "ip", "args": ["10.0.0.1"]}},
    {"__extn": {"fn": "ip", "args": []}}, {"__extn": {"fn": "ip", "args": ["10.0.0.1", "10.0.0.1"]}},
    {"__extn": {"fn": "nothing", "arg": "x"}}, {"__extn": {"fn": "isIpv4", "arg": {"__extn": {"fn": "ip", "arg": "::"}}}},
    {"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}]}},
    {"__extn": {"fn": "decimal", "arg": ["1.0"]}}, {"__extn": {"fn": "decimal", "arg": "1.0"}, "a": 1},
    {"__extn": {"fn": "toDate", "arg": {"__extn": {"fn": "datetime", "arg": "2024-01-01T01:00:00Z"}}}},
    {"__extn": {"fn": "toTime", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01T01:00:00Z"}}]}},
    {"__extn": {"fn": "durationSince", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}] * 2}},
    {"__extn": {"fn": "lessThan", "args": [{"__extn": {"fn": "decimal", "arg": "1.0"}}] * 2}},
    {"__extn": {"fn": "contains", "args": [[1], 1]}}, {"fn": "ip", "arg": "::"}, {"__expr": "1"}, {"__expr": 1},
    {"__expr": "User::\"a\"", "x": 1}, {"type": "User", "id": "a"}, {"__entity": {"id": "a", "type": "User"}},
    {"__extn": {"fn": "ip", "arg": "::", "x": None}}, {"__extn": None}, [{"__extn": {"fn": "ip", "arg": "::"}}, 1.5],
]


def altered(dice, json):
    """The JSON with something odd in one place of it."""
    places = []

    def visit(value, put):
        places.append(put)
        if isinstance(value, dict):
            for key in list(value):
                visit(value[key], lambda new, value=value, key=key: value.__setitem__(key, new))
            places.append(lambda new, value=value: value.pop(dice.choice(list(value)), None) if value else None)
            places.append(lambda new, value=value: value.__setitem__(dice.choice(WORDS), new))
        elif isinstance(value, list):
            for index in range(len(value)):
                visit(value[index], lambda new, value=value, index=index: value.__setitem__(index, new))
            places.append(lambda new, value=value: value.append(dice.choice(value) if value else new))

    whole = [json]
    visit(json, lambda new: whole.__setitem__(0, new))
    dice.choice(places)(copy.deepcopy(dice.choice(ODD_VALUES)))
    return whole[0]


WORDS = ["uid", "attrs", "parents", "tags", "type", "id", "__entity", "__extn", "__expr", "fn", "arg", "args", "x"]
