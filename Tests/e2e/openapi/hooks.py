"""What a schema can't say: which owner, issuer and API exist. Without this nearly every object would be refused for
naming somebody unknown, and nothing behind that check would be reached."""

import schemathesis

KNOWN = {"owner": "team", "issuer": "login"}


def known(value):
    """The same value, naming what is there; wrong types stay as they are, being meant to be wrong."""
    if isinstance(value, dict):
        changed = {key: known(item) for key, item in value.items()}
        for key, name in KNOWN.items():
            if isinstance(changed.get(key), str):
                changed[key] = name
        if isinstance(changed.get("apis"), list) and all(isinstance(item, str) for item in changed["apis"]):
            changed["apis"] = ["orders"] if changed["apis"] else []
        return changed
    if isinstance(value, list):
        return [known(item) for item in value]
    return value


@schemathesis.hook
def map_body(context, body):
    return known(body)
