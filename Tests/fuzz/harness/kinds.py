"""The kinds of comparison. Each makes cases, says what the oracle answers and in what the two answers differ."""

import json
import re
from collections import Counter

from generator.data import Data
from generator.odd_json import FORM_MEMBERS, ODD_FORM_VALUES, ODD_SCHEMA_VALUES, SCHEMA_MEMBERS, altered
from generator.dice import Dice
from generator.policies import Policies
from generator.schema_text import schema_json, schema_text
from generator.texts import JSON_WORDS, POLICY_WORDS, SCHEMA_NAMES, SCHEMA_WORDS, mutated, renamed
from generator.world import world

from . import oracle
from .cases import EntityCase, LinkCase, PolicyCase, TextCase

REQUESTS = 8


class Kind:
    """`words` ask the program; `counts` says how often each answer came, so that a dull fuzz is seen."""

    name = ""
    words = ()

    def __init__(self):
        self.counts = Counter()

    def size(self, case):
        """How many comparisons a case is."""
        return 1


class Evaluation(Kind):
    """Policies, entities and requests without a schema: decision, reasons and errors must be equal."""

    name = "evaluate"
    words = ("policy", "evaluate")

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.15)
        data = Data(dice, made, wild=dice.choice([0.0, 0.03, 0.15]))
        manner = dice.weighted((3, "typed"), (3, "loose"), (4, "wild"))
        policies = Policies(dice, made, data)
        case = PolicyCase(
            f"{seed}:{self.name}{index}", [policies.policy(manner) for _ in range(dice.randint(2, 14))],
            data.entities(), [data.request() for _ in range(REQUESTS)],
        )
        if dice.chance(0.8):
            case.entities += data.action_entities()
        return case

    def size(self, case):
        return len(case.requests)

    def oracle(self, line):
        return oracle.evaluate(line)

    def difference(self, line, expected, answer):
        if "error" in answer or expected == oracle.REFUSED:
            return None if "error" in answer and expected == oracle.REFUSED else "accept"
        for theirs, ours in zip(expected["results"], answer["results"], strict=True):
            if "error" in ours or theirs == oracle.REFUSED:
                if "error" in ours and theirs == oracle.REFUSED:
                    continue
                return "request"
            for key in ("decision", "reason", "errors"):
                if theirs[key] != (ours[key] if key == "decision" else sorted(ours[key])):
                    return key
        return None

    def count(self, line, expected):
        self.counts["cases"] += 1
        if expected == oracle.REFUSED:
            self.counts["refused whole"] += 1
            return
        for result in expected["results"]:
            if result == oracle.REFUSED:
                self.counts["requests refused"] += 1
                continue
            shape = result["decision"] + ("" if result["reason"] else " by default")
            self.counts[shape] += 1
            self.counts["with errors"] += bool(result["errors"])
            self.counts["several errors"] += len(result["errors"]) > 1
            self.counts["several reasons"] += len(result["reason"]) > 1


class Indexing(Evaluation):
    """Many policies that share scopes and the beginnings of their conditions: no index may lose a policy or an error."""

    name = "index"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.05)
        data = Data(dice, made, wild=dice.choice([0.0, 0.1]))
        policies = Policies(dice, made, data).crowd(dice.choice([5, 12, 30, 80, 200]))
        return PolicyCase(
            f"{seed}:{self.name}{index}", policies, data.entities() + data.action_entities(),
            [data.request() for _ in range(REQUESTS * 2)],
        )


class Typed(Evaluation):
    """The same with a schema: entities and requests are read by it, every policy is validated."""

    name = "typed"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.1)
        data = Data(dice, made, wild=dice.choice([0.0, 0.0, 0.002, 0.02]), implicit=dice.choice([0.0, 0.3, 0.7]))
        manner = dice.weighted((5, "typed"), (4, "loose"), (2, "wild"))
        policies = Policies(dice, made, data)
        case = PolicyCase(
            f"{seed}:{self.name}{index}", [policies.policy(manner) for _ in range(dice.randint(2, 14))],
            data.entities(), [data.request() for _ in range(REQUESTS)], schema_text(dice, made), validate=True,
        )
        if dice.chance(0.2):
            case.entities += data.action_entities()
        return case

    def difference(self, line, expected, answer):
        found = super().difference(line, expected, answer)
        if found or expected == oracle.REFUSED:
            return found
        verdicts = answer["validation"]["per_policy"]
        if sorted(id for id, verdict in verdicts.items() if not verdict["strict"]) != expected["strictly_refused"]:
            return "strict"
        if any(verdict["strict"] and not verdict["permissive"] for verdict in verdicts.values()):
            return "strict without permissive"
        # The oracle has no permissive mode; what both promise is that no type error is left.
        for result in expected["results"]:
            if any(verdicts[id]["permissive"] for id in result.get("type_errors", []) if id in verdicts):
                return "unsound"
        return None

    def count(self, line, expected):
        super().count(line, expected)
        if expected != oracle.REFUSED:
            refused = len(expected["strictly_refused"])
            self.counts["policies strictly refused"] += refused
            self.counts["policies strictly valid"] += expected["policies"] - refused


class Validation(Typed):
    """Many policies for each schema, templates among them, and data that obeys it: verdicts, and what they promise."""

    name = "validate"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=dice.choice([0.0, 0.1]))
        data = Data(dice, made, wild=0.0)
        manner = dice.weighted((4, "typed"), (5, "loose"), (3, "wild"))
        policies = Policies(dice, made, Data(dice, made, wild=0.02))
        schema = schema_text(dice, made, plain=dice.chance(0.5))
        if dice.chance(0.4):
            # Another world than the policies think: names that mean something else than they did.
            schema = renamed(dice, schema, SCHEMA_NAMES)
        return PolicyCase(
            f"{seed}:{self.name}{index}",
            [policies.policy(manner, templates=dice.choice([0.1, 0.1, 0.7])) for _ in range(dice.randint(5, 20))],
            data.entities() + data.action_entities(), [data.request() for _ in range(2)],
            schema, validate=True,
        )

    def size(self, case):
        return len(case.policies)


class EntityReading(Typed):
    """Entities that nobody should write, with and without a schema: accepted or refused, and what a policy sees of them."""

    name = "entities"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.2)
        schema = schema_text(dice, made, plain=True) if dice.chance(0.5) else None
        data = Data(dice, made, wild=0.0 if schema else 0.05, implicit=0.4 if schema else 0.0)
        entities = dice.some(data.entities() + data.action_entities(), 1, 3)
        request = data.request()
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            if dice.chance(0.2):
                request["context"] = altered(dice, request["context"])
            else:
                entities = altered(dice, entities)
        text = json.dumps(entities, ensure_ascii=dice.chance(0.5))
        if dice.chance(0.3):
            text = mutated(dice, text, JSON_WORDS)
        # The oracle's JSON reader takes -0 for a fraction, ours for the number it is.
        text = re.sub(r"-0(?![0-9.eE])", "0", text)
        policy = Policies(dice, made, data).policy("wild")
        return EntityCase(f"{seed}:{self.name}{index}", text, policy.text(dice), request, schema)

    def size(self, case):
        return 1

    def difference(self, line, expected, answer):
        return Evaluation.difference(self, line, expected, answer)

    def count(self, line, expected):
        Evaluation.count(self, line, expected)


class Parsing(Kind):
    """Texts that are policies or nearly: both accept or both refuse."""

    name = "parse"
    words = ("policy", "parse")

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice)
        policies = Policies(dice, made, Data(dice, made))
        manner = dice.weighted((1, "typed"), (2, "wild"))
        text = "\n".join(
            policies.policy(manner, templates=0.3, deep=0.05).text(dice) for _ in range(dice.choice([1, 1, 1, 2, 3]))
        )
        return TextCase(f"{seed}:{self.name}{index}", mutated(dice, text, POLICY_WORDS))

    def oracle(self, line):
        return oracle.parse(line)

    def difference(self, line, expected, answer):
        return None if expected["accepts"] == answer.get("accepts") else "accept"

    def count(self, line, expected):
        self.counts["accepted" if expected["accepts"] else "refused"] += 1


class SchemaParsing(Parsing):
    """Texts that are schemas or nearly."""

    name = "schema"
    words = ("policy", "parse", "--schema")

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        text = schema_text(dice, world(dice, odd=0.2))
        if dice.chance(0.6):
            text = renamed(dice, text, SCHEMA_NAMES)
        else:
            text = mutated(dice, text, SCHEMA_WORDS)
        return TextCase(f"{seed}:{self.name}{index}", text)

    def oracle(self, line):
        return oracle.parse_schema(line)


class SchemaForms(SchemaParsing):
    """Schemas in both forms: what is read is written so that it means the same, in the other form, too."""

    name = "schema-forms"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.2)
        if dice.chance(0.5):
            schema = schema_json(dice, made)
            for _ in range(dice.choice([0, 0, 1, 1, 2])):
                schema = altered(dice, schema, ODD_SCHEMA_VALUES, SCHEMA_MEMBERS)
        else:
            schema = schema_text(dice, made)
            if dice.chance(0.3):
                schema = renamed(dice, schema, SCHEMA_NAMES)
        if not isinstance(schema, (str, dict)):
            schema = {}
        return TextCase(f"{seed}:{self.name}{index}", schema, {"forms": True})

    def difference(self, line, expected, answer):
        if stricter(answer):
            return None
        found = super().difference(line, expected, answer)
        if found or not expected["accepts"]:
            return found
        meant = oracle.schema_form(line["text"])
        if "text" in answer and oracle.schema_form(answer["text"]) != meant:
            return "text"
        return None if oracle.schema_form(answer["json"]) == meant else "json"


class PolicyForms(Parsing):
    """Policies in both forms and formatted: the JSON is the oracle's, and what is written means the same."""

    name = "forms"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.2)
        policies = Policies(dice, made, Data(dice, made))
        count = dice.choice([1, 1, 2])
        text = "\n".join(policies.policy("wild", templates=0.3).text(dice) for _ in range(count))
        if dice.chance(0.3):
            text = mutated(dice, text, POLICY_WORDS)
        form = oracle.policy_form(text)
        # The oracle reads JSON no deeper than 128 levels, and writes deeper.
        if form is not None and depth(form) < 110 and dice.chance(0.5):
            text = form
            for _ in range(dice.choice([0, 1, 1, 1, 2])):
                text = altered(dice, text, ODD_FORM_VALUES, FORM_MEMBERS)
            if not isinstance(text, dict):
                text = {}
        return TextCase(f"{seed}:{self.name}{index}", text, {"forms": True})

    def difference(self, line, expected, answer):
        if known_form(line["text"]) or stricter(answer):
            return None
        found = super().difference(line, expected, answer)
        if found or not expected["accepts"]:
            return found
        form = line["text"]
        if isinstance(form, str) and as_text(answer["json"]) != as_text(oracle.policy_form(form)):
            return "json"
        if re.search(r'"attr": \[|"Value": (\{\}|\{"a"|\[)', json.dumps(form)):
            # One meaning, several trees: `has` of a path, and sets and records as values.
            return None
        meant = oracle.meaning(form)
        if depth(answer["json"]) < 110 and oracle.meaning(answer["json"]) != meant:
            return "meaning of the json"
        # A text does not say under which id a policy stood.
        if isinstance(form, str) and oracle.meaning(answer.get("formatted", form)) != meant:
            return "formatted"
        single = isinstance(form, str) or list({**form["templates"], **form["staticPolicies"]}) == ["policy0"]
        if single and not has_links(form) and oracle.meaning(answer["text"]) != meant:
            return "text"
        return None


def stricter(answer):
    """Whether JSON was refused on purpose where the oracle's reader looks away: members of a scope or a `has` that nobody reads,
    and a list where an object belongs, which it takes for the object's members in their order."""
    error = answer.get("error", {})
    in_scope = re.search(r"/(principal|action|resource|has)(/in)?/[^/]*$", error.get("pointer", ""))
    return error.get("code") == "unknown_member" and in_scope or error.get("message", "").endswith("not array")


def as_text(form):
    """JSON for comparisons: in Python 1 equals true."""
    return json.dumps(form, sort_keys=True)


def has_links(form):
    return isinstance(form, dict) and bool(form["templateLinks"])


def depth(form):
    """How deep JSON is nested."""
    inner = form.values() if isinstance(form, dict) else form if isinstance(form, list) else ()
    return 1 + max(map(depth, inner), default=0)


def known_form(form):
    """Whether the JSON has a template without a slot, which the oracle takes and we refuse: it would decide nothing."""
    if not isinstance(form, dict) or not isinstance(form.get("templates"), dict):
        return False
    return any('"slot"' not in json.dumps(template) for template in form["templates"].values())


class Links(Evaluation):
    """Templates and links, good ones and bad ones, in the JSON form."""

    name = "links"

    def make(self, seed, index):
        dice = Dice(seed, f"{self.name}{index}")
        made = world(dice, odd=0.1)
        data = Data(dice, made, wild=dice.choice([0.0, 0.1]))
        policies = Policies(dice, made, data)
        text = "\n".join(
            policies.policy(dice.choice(["typed", "wild"]), templates=0.7, deep=0).text(dice) for _ in range(dice.randint(2, 6))
        )
        form = oracle.policy_form(text)
        bad = dice.chance(0.15)
        for number in range(dice.randint(1, 8)):
            if not form["templates"]:
                break
            template = dice.choice(list(form["templates"]))
            written = json.dumps(form["templates"][template])
            values = {
                slot: {"__entity": data.uid(dice.choice(list(made.entities)))}
                for slot in ("?principal", "?resource")
                if (f'"slot": "{slot}"' in written) != (bad and dice.chance(0.3))
            }
            id = f"link{number}" if not bad or dice.chance(0.7) else dice.choice(["policy0", "link0", template, ""])
            form["templateLinks"].append(
                {"templateId": template if not bad or dice.chance(0.8) else "policy9", "newId": id, "values": values}
            )
        return LinkCase(
            f"{seed}:{self.name}{index}", form, data.entities() + data.action_entities(),
            [data.request() for _ in range(REQUESTS)],
        )

    def oracle(self, line):
        return oracle.REFUSED if known_form(line["policies"]) else oracle.evaluate(line)

    def difference(self, line, expected, answer):
        return None if known_form(line["policies"]) else super().difference(line, expected, answer)


KINDS = {kind.name: kind for kind in (Evaluation, Indexing, Typed, Validation, EntityReading, Links, Parsing, PolicyForms, SchemaParsing, SchemaForms)}
