"""The Rust engine, through the Python package cedarpy: what it says of the lines the engine under test is asked."""

import json
import re

from cedarpy import _internal as rust

REFUSED = {"refused": True}
# Policy ids are policy0, policy1 ... unless a case says otherwise; quotes are escaped as Rust's Debug does.
ERROR = re.compile(r"^error while evaluating policy `([^`]*)`: ", re.DOTALL)
# What a policy that passed validation may still run into.
ALLOWED = re.compile(r"overflow|entity `.*` does not exist|error while evaluating `\w+` extension function", re.DOTALL)


def evaluate(line):
    """The answer to a line of `policy evaluate --batch`."""
    schema = None
    try:
        if "schema" in line:
            schema = rust.Schema.from_str(line["schema"])
        policies = _policies(line["policies"])
        entities = rust.Entities.from_json_str(_json(line["entities"]), schema)
    except ValueError:
        return REFUSED
    requests = [
        {key: request[key] for key in ("principal", "action", "resource")} | {"context": _json(request["context"])}
        for request in line["requests"]
    ]
    answer = {"results": [_result(text) for text in rust.is_authorized_batch(requests, policies, entities, schema, False)]}
    if "validate" in line:
        validation = json.loads(rust.validate_policies(line["policies"], schema, release_gil=False))
        answer["policies"] = len(policies) + len(policies.templates())
        answer["strictly_refused"] = sorted({error["policy_id"] for error in validation["errors"]})
    return answer


def _result(text):
    response = json.loads(text)
    diagnostics = response["diagnostics"]
    if response["decision"] == "NoDecision":
        return REFUSED
    errors = []
    unsound = []
    for message in diagnostics["errors"]:
        found = ERROR.match(message)
        errors.append(found.group(1) if found else message)
        if found and not ALLOWED.search(message):
            unsound.append(found.group(1))
    return {
        "decision": response["decision"].lower(), "reason": sorted(diagnostics["reason"]), "errors": sorted(errors),
        "type_errors": sorted(unsound),
    }


def _policies(form):
    """Policies of a text or of Cedar's JSON form."""
    return rust.PolicySet.from_str(form) if isinstance(form, str) else rust.PolicySet.from_json_str(_json(form))


def parse(line):
    """The answer to a line of `policy parse --batch`."""
    try:
        _policies(line["text"])
        return {"accepts": True}
    except ValueError:
        return {"accepts": False}


def policy_form(text):
    """The JSON form of policies that are a text; nothing when they are refused."""
    try:
        return json.loads(rust.policies_to_json_str(text))
    except ValueError:
        return None


def meaning(form):
    """What policies of a text or of JSON are to the oracle, for comparisons; nothing when they are refused."""
    try:
        return repr(_policies(form).to_pst())
    except ValueError:
        return None


def parse_schema(line):
    """The answer to a line of `policy parse --schema --batch`."""
    return {"accepts": schema_form(line["text"]) is not None}


def schema_form(form):
    """A schema that is a text or JSON, written in the one way the oracle writes; nothing when it is refused."""
    try:
        read = rust.Schema.from_str if isinstance(form, str) else rust.Schema.from_json_str
        # From JSON it writes built-in types with their namespace always, from a text as there.
        # An empty namespace is a line of its own there.
        return str(read(_json(form))).replace("__cedar::", "").strip()
    except ValueError:
        return None


def _json(value):
    """A value as JSON; a text is JSON already, well-formed or not."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

