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
        policies = rust.PolicySet.from_str(line["policies"])
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


def parse(line):
    return {"accepts": _accepts(rust.PolicySet.from_str, line["text"])}


def parse_schema(line):
    return {"accepts": _accepts(rust.Schema.from_str, line["text"])}


def _accepts(read, text):
    try:
        read(text)
        return True
    except ValueError:
        return False


def _json(value):
    """A value as JSON; a text is JSON already, well-formed or not."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

