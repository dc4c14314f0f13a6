"""Cases: what a line is made of, and how to make less of it."""

import json
from dataclasses import dataclass, field, replace

from generator.dice import Dice
from generator.texts import TOKEN

from .subject import Raw


@dataclass
class PolicyCase:
    """Policies, entities and requests, perhaps with the schema they should obey."""

    id: str
    policies: list
    entities: object  # JSON, or a text that should have been JSON
    requests: list
    schema: str | None = None
    validate: bool = False

    def line(self):
        """What both engines are asked, as an object."""
        # The same tree always gives the same text.
        dice = Dice(self.id, "text")
        line = {
            "id": self.id, "policies": "\n".join(policy.text(dice) for policy in self.policies),
            "entities": self.entities, "requests": self.requests,
        }
        if self.schema is not None:
            line["schema"] = self.schema
        if self.validate:
            line["validate"] = "strict"
        return line

    def smaller(self):
        if len(self.requests) > 1:
            for request in self.requests:
                yield replace(self, requests=[request])
        elif self.requests and self.validate:
            yield replace(self, requests=[])
        for index in range(len(self.policies)):
            if len(self.policies) > 1:
                yield replace(self, policies=[self.policies[index]])
        for index in range(len(self.policies)):
            yield replace(self, policies=self.policies[:index] + self.policies[index + 1:])
        if isinstance(self.entities, list):
            if self.entities:
                yield replace(self, entities=[])
                yield replace(self, entities=self.entities[: len(self.entities) // 2])
                yield replace(self, entities=self.entities[len(self.entities) // 2:])
            for index in range(len(self.entities)):
                yield replace(self, entities=self.entities[:index] + self.entities[index + 1:])
        for index, policy in enumerate(self.policies):
            for other in policy.smaller():
                yield replace(self, policies=self.policies[:index] + [other] + self.policies[index + 1:])
        for entities in smaller_json(self.entities):
            yield replace(self, entities=entities)
        for index, request in enumerate(self.requests):
            for other in smaller_json(request):
                if set(other) >= {"principal", "action", "resource", "context"}:
                    yield replace(self, requests=self.requests[:index] + [other] + self.requests[index + 1:])
        if self.schema is not None:
            for text in smaller_text(self.schema):
                yield replace(self, schema=text)

    def shown(self):
        line = self.line()
        return {key: line[key] for key in ("schema", "policies", "entities", "requests") if key in line}


@dataclass
class Condition:
    """A policy that is nothing but one condition, as text."""

    condition: str

    def text(self, dice):
        return f"permit(principal, action, resource) when {{ {self.condition} }};"

    def smaller(self):
        return ()


@dataclass
class LinkCase:
    """Policies in Cedar's JSON form, links among them."""

    id: str
    policies: dict
    entities: list
    requests: list

    def line(self):
        return {"id": self.id, "policies": self.policies, "entities": self.entities, "requests": self.requests}

    def smaller(self):
        if len(self.requests) > 1:
            for request in self.requests:
                yield replace(self, requests=[request])
        for entities in ([], *smaller_json(self.entities)):
            yield replace(self, entities=entities)
        for policies in smaller_json(self.policies):
            yield replace(self, policies=policies)

    def shown(self):
        return {"policies": self.policies, "entities": self.entities, "requests": self.requests}


@dataclass
class EntityCase:
    """Entities as a text of JSON, well-formed or not, and one policy that reads them."""

    id: str
    text: str
    policies: str
    request: dict
    schema: str | None = None

    def line(self):
        line = {"id": self.id, "policies": self.policies, "entities": Raw(self.text), "requests": [self.request]}
        if self.schema is not None:
            line["schema"] = self.schema
        return line

    def smaller(self):
        try:
            for other in smaller_json(json.loads(self.text)):
                yield replace(self, text=json.dumps(other))
        except (ValueError, RecursionError):
            pass
        for text in smaller_text(self.text):
            yield replace(self, text=text)
        for context in smaller_json(self.request["context"]):
            yield replace(self, request={**self.request, "context": context})
        if self.schema is not None:
            for text in smaller_text(self.schema):
                yield replace(self, schema=text)

    def shown(self):
        return {"schema": self.schema, "entities": self.text, "policies": self.policies, "request": self.request}


@dataclass
class TextCase:
    """A text that is read or refused."""

    id: str
    text: object  # a text, or the object of a JSON form
    more: dict = field(default_factory=dict)

    def line(self):
        return {"id": self.id, "text": self.text, **self.more}

    def smaller(self):
        for text in smaller_text(self.text) if isinstance(self.text, str) else smaller_json(self.text):
            yield replace(self, text=text)

    def shown(self):
        return {"text": self.text, **self.more}


def smaller_json(json):
    """JSON with a member or element less, or a simpler one."""
    if isinstance(json, dict):
        for key in json:
            yield {other: value for other, value in json.items() if other != key}
        for key, value in json.items():
            for other in smaller_json(value):
                yield {**json, key: other}
    elif isinstance(json, list):
        for index in range(len(json)):
            yield json[:index] + json[index + 1:]
        for index, value in enumerate(json):
            for other in smaller_json(value):
                yield json[:index] + [other] + json[index + 1:]
    elif isinstance(json, str) and len(json) > 1:
        yield json[: len(json) // 2]
        yield json[len(json) // 2:]


def smaller_text(text):
    """The text without a piece of it: halves of its tokens first, single characters last."""
    for pieces in (TOKEN.findall(text), text):
        size = len(pieces) // 2
        while size >= 1:
            for start in range(0, len(pieces), size):
                yield "".join(pieces[:start]) + "".join(pieces[start + size:])
            size //= 2
        if len(text) > 200:
            return
