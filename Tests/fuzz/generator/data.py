"""Entities and requests of a world, as Cedar's JSON: most obey it, some do not."""

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
