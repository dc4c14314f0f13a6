"""Where the parts of the quickstart listen and keep their things. Environment variables move them."""

import json
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUN = Path(os.environ.get("QUICKSTART_RUN", HERE / "run"))
ISSUER_PORT = int(os.environ.get("QUICKSTART_ISSUER_PORT", 9400))
ORDERS_PORT = int(os.environ.get("QUICKSTART_ORDERS_PORT", 9401))
ENVOY_PORT = int(os.environ.get("QUICKSTART_ENVOY_PORT", 9402))
HOST = "orders.shop.example"
AUDIENCE = "https://orders.shop.example"
POINT_TOKEN = RUN / "envoy.token"


def safeconduct():
    """(url, CA file or None) of the Safeconduct in use, found as the command line finds it."""
    if os.environ.get("SAFECONDUCT_URL"):
        return os.environ["SAFECONDUCT_URL"], os.environ.get("SAFECONDUCT_CA_FILE")
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    connection = state / "safeconduct" / "connection.json"
    if not connection.exists():
        raise SystemExit(f"Safeconduct is not running (no {connection}); start it first: make run")
    found = json.loads(connection.read_text())
    return found["url"], found.get("ca_file")
