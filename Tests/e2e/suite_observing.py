"""What operators see: Prometheus metrics that a foreign parser reads, traces from a caller through the decision to a collector
and on to the issuer, and JSON log lines with the trace's id. A collector that is gone costs nothing but spans."""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path

import yaml

from harness.collector import Collector, attributes
from harness.issuer import Issuer
from harness.scene import Scene
from harness.server import Server, problem
from harness.suite import Skipped, Suite, environment, equal, holds

ROOT = Path(__file__).resolve().parents[2]
SECRET = "collector-secret-" + secrets.token_hex(8)


class World:
    def __init__(self, scratch, scene, collector):
        self.scratch, self.scene, self.server, self.collector = scratch, scene, scene.server, collector

    def log(self):
        """The server's log lines, each a JSON object."""
        return [json.loads(line) for line in Path(self.server.child.log).read_text().splitlines() if line[:1] == "{"]


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    headers = scratch / "otlp.headers"
    headers.write_text(f"Authorization: Bearer {SECRET}\n")
    with Issuer() as issuer, Collector() as collector:
        issuer.headers = []
        issuer.misbehave = lambda handler: issuer.headers.append(dict(handler.headers)) and False
        server = Server(scratch / "safeconduct", "--allow-http-issuers", "--log-level", "info")
        settings = {
            "SAFECONDUCT_OTLP_ENDPOINT": collector.url, "SAFECONDUCT_OTLP_HEADERS_FILE": str(headers),
            "SAFECONDUCT_OTLP_INTERVAL": "1s", "SAFECONDUCT_LOG_FORMAT": "json",
        }  # fmt: skip
        with environment_of(settings), server:
            yield World(scratch, Scene(server, issuer).build(), collector)


@contextlib.contextmanager
def environment_of(settings):
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)


suite = Suite("observing", world)


def trace_header(sampled=True):
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    return trace, span, f"00-{trace}-{span}-0{1 if sampled else 0}"


def until(what, seconds=15):
    """The first true value that `what` gives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


@suite.test("a call's trace: request, decision and its stages at the collector, the issuer asked within it")
def traces(world):
    trace, span, header = trace_header()
    question = {
        "subject": {"type": "identity", "id": "", "properties": {
            "credential": {"type": "jwt", "value": world.scene.issuer.token("worker")}}},
        "action": {"name": "read"}, "resource": {"type": "operation", "id": "orders/list"},
    }  # fmt: skip
    answer = world.server.session.post(
        world.server.url + "/access/v1/evaluation", json=question, timeout=20,
        headers={"Authorization": f"Bearer {world.scene.proving}", "traceparent": header, "tracestate": "a=1"},
    )  # fmt: skip
    equal(answer.status_code, 200, answer.text)
    equal(answer.json()["decision"], True, "decision")
    holds("traceparent" not in answer.headers, "a success needs no name for its trace")

    def of_trace():
        found = {one["name"]: one for one in world.collector.spans() if one["traceId"] == trace}
        return found if len(found) == 5 else None

    spans = until(of_trace)
    request = spans["POST /access/v1/evaluation"]
    equal((request["parentSpanId"], request["kind"], request["traceState"]), (span, 2, "a=1"), "the request's span")
    equal(attributes(request)["http.response.status_code"], "200", "status")
    decide = spans["safeconduct.decide"]
    equal(decide["parentSpanId"], request["spanId"], "the decision is part of the request")
    said, context = attributes(decide), answer.json()["context"]
    equal(said["safeconduct.decision_id"], context["decision_id"], "decision id")
    equal((said["safeconduct.rev"], said["safeconduct.outcome"]), (str(context["rev"]), "allow"), "rev and outcome")
    equal(said["safeconduct.score"], str(context["score"]["caller"]), "score")
    last = int(decide["startTimeUnixNano"])
    for name in ("verify", "evaluate", "record"):
        stage = spans[f"safeconduct.{name}"]
        equal(stage["parentSpanId"], decide["spanId"], f"{name}: parent")
        holds(last <= int(stage["startTimeUnixNano"]) <= int(stage["endTimeUnixNano"]), f"{name}: in order")
        last = int(stage["endTimeUnixNano"])
    holds(last <= int(decide["endTimeUnixNano"]) <= int(request["endTimeUnixNano"]), "the parts end before the whole")
    holds(abs(last / 1e9 - time.time()) < 60, "Unix time")
    asked = [headers.get("traceparent", "") for headers in world.scene.issuer.headers]
    holds(asked and all(one.startswith(f"00-{trace}-") for one in asked), f"the issuer was asked within it: {asked}")
    text = json.dumps(world.collector.received)
    holds("worker" not in text and "eyJ" not in text, "no identity and no token goes to the collector")


@suite.test("a trace that its beginner does not record is not recorded here")
def unsampled(world):
    trace, _, header = trace_header(sampled=False)
    seen, _, marker = trace_header()
    for one in (header, marker):
        answer = world.server.session.get(world.server.url + "/livez", headers={"traceparent": one}, timeout=20)
        equal(answer.status_code, 200, answer.text)
    until(lambda: any(one["traceId"] == seen for one in world.collector.spans()))
    holds(all(one["traceId"] != trace for one in world.collector.spans()), "not recorded")


@suite.test("a problem names its trace, and so does its log line; what is malformed starts a new one")
def problems(world):
    trace, span, header = trace_header()
    for sent, known in ((header, True), (header.upper(), False), (header + "-x", False), ("", False), (None, False)):
        headers = {} if sent is None else {"traceparent": sent}
        answer = world.server.session.get(world.server.url + "/nowhere", headers=headers, timeout=20)
        members = problem(answer, 404, "unknown_route")
        named = answer.headers["traceparent"]
        holds(re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", named), f"{sent}: {named}")
        equal(named[3:35] == trace, known, f"{sent}: whose trace")
        line = until(lambda: next((x for x in world.log() if x.get("request_id") == members["instance"]), None))
        equal((line["trace_id"], line["span_id"]), (named[3:35], named[36:52]), "the log line")
        holds(line["message"] == "answered" and line["status"] == "404" and line["level"] == "info", str(line))


@suite.test("metrics reach the collector with the headers of the file, which no log shows")
def exported(world):
    metrics = until(lambda: (m := world.collector.metrics()) and "safeconduct_decision_duration_seconds" in m and m)
    equal(metrics["safeconduct_decisions_total"]["sum"]["isMonotonic"], True, "a counter")
    point = metrics["safeconduct_decision_duration_seconds"]["histogram"]["dataPoints"][0]
    equal(len(point["bucketCounts"]), len(point["explicitBounds"]) + 1, "buckets")
    equal(sum(map(int, point["bucketCounts"])), int(point["count"]), "their sum")
    equal(point["explicitBounds"][0], 5e-05, "the first bound")
    for path, headers, body in world.collector.received:
        equal(headers["Authorization"], f"Bearer {SECRET}", "headers_file")
        resource = body.get("resourceSpans", body.get("resourceMetrics"))[0]["resource"]
        equal(attributes(resource)["service.name"], "safeconduct", "resource")
    log = Path(world.server.child.log).read_text()
    holds(SECRET not in log, "the collector's secret is not in the log")


SAMPLE = re.compile(
    r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\n]|\\[\\\"n])*\",?)*\})? (-?[0-9.]+|\+Inf|NaN)"
)


@suite.test("Prometheus text: every line parses, families are whole, histograms add up, no identity is a label")
def prometheus(world):
    world.scene.ask("worker")
    text = world.server.api("GET", "/metrics", status=200).text
    types, helps, samples = {}, {}, {}
    for line in text.splitlines():
        if line.startswith("# "):
            _, kind, name, rest = line.split(" ", 3)
            target = {"HELP": helps, "TYPE": types}[kind]
            holds(name not in target, f"twice: {line}")
            target[name] = rest
            continue
        match = SAMPLE.fullmatch(line)
        holds(match, f"no sample: {line!r}")
        series = (match[1], match[2] or "")
        holds(series not in samples, f"twice: {line}")
        samples[series] = float(match[3])
    equal(set(types), set(helps), "TYPE and HELP")
    for name, labels in samples:
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        holds(name in types or types.get(family) == "histogram", f"{name} has no TYPE")
        holds("worker" not in labels and "nhi_" not in labels, f"an identity in {labels}")
        if types.get(name) == "counter":
            holds(name.endswith("_total"), f"counter {name}")
    for name, kind in types.items():
        if kind != "histogram":
            continue
        whole = [series for series in samples if series[0] == f"{name}_count"]
        holds(whole, f"{name} has no count")
        for _, labels in whole:
            inner = labels.strip("{}")
            buckets = [value for (one, label), value in samples.items()
                       if one == f"{name}_bucket" and re.sub(r',?le="[^"]*"', "", label.strip("{}")) == inner]  # fmt: skip
            equal(buckets, sorted(buckets), f"{name}{labels}: buckets grow")
            equal(buckets[-1], samples[(f"{name}_count", labels)], f"{name}{labels}: the last one is the count")
    for name in (
        "safeconduct_decisions_total", "safeconduct_decision_duration_seconds", "safeconduct_log_revision",
        "safeconduct_staleness_seconds", "safeconduct_evidence_commit_duration_seconds", "safeconduct_build_info",
        "safeconduct_evidence_batch_leaves", "process_resident_memory_bytes", "process_open_fds",
        "process_cpu_seconds_total", "safeconduct_otlp_exports_total",
    ):  # fmt: skip
        holds(name in types, f"{name} is there")
        holds(f"`{name}" in (ROOT / "docs" / "observing.md").read_text(), f"{name} is in docs/observing.md")
    world.metrics_text, world.names = text, {name for name, _ in samples}


@suite.test("alert rules name metrics that exist")
def alerts(world):
    rules = yaml.safe_load((ROOT / "docs" / "alerts.yaml").read_text())
    for rule in rules["groups"][0]["rules"]:
        named = set(re.findall(r"\b((?:safeconduct|process)_[a-z_]+)\b(?!\")", rule["expr"]))
        missing = named - world.names - {"safeconduct_refusals_total"}
        holds(not missing, f"{rule['alert']}: {missing}")


@suite.test("promtool reads the metrics and the rules")
def promtool(world):
    tool = shutil.which("promtool")
    if not tool:
        raise Skipped("promtool is not installed (Debian: prometheus)")
    for arguments, text in ((["check", "metrics"], world.metrics_text), (["check", "rules", ROOT / "docs" / "alerts.yaml"], None)):
        run = subprocess.run([tool, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=30)
        equal((run.returncode, run.stderr.strip()), (0, ""), f"promtool {arguments}: {run.stdout}")


@suite.test("a collector that refuses, is slow or gone costs spans and nothing else", seconds=60)
def gone(world):
    def failures():
        text = world.server.api("GET", "/metrics", status=200).text
        return sum(int(n) for n in re.findall(r'otlp_exports_total\{signal="\w+",result="failed"\} (\d+)', text))

    before = failures()
    world.collector.refuse = 503
    until(lambda: failures() > before)
    world.collector.delay = 3
    began = time.monotonic()
    for _ in range(50):
        equal(world.scene.ask("worker").json()["decision"], True, "decisions go on")
    holds(time.monotonic() - began < 20, "and do not wait for the collector")
    world.collector.refuse, world.collector.delay = None, 0
    trace, _, header = trace_header()
    world.server.session.get(world.server.url + "/livez", headers={"traceparent": header}, timeout=20)
    until(lambda: any(one["traceId"] == trace for one in world.collector.spans()))
    told = ["the collector takes no exports", "the collector takes exports again"]
    until(lambda: [line["message"] for line in world.log() if "collector" in line["message"]][:2] == told)


@suite.test("what waits at shutdown is exported before the end")
def last(world):
    trace, _, header = trace_header()
    world.server.session.get(world.server.url + "/livez", headers={"traceparent": header}, timeout=20)
    equal(world.server.child.stop(), 0, "exit code")
    holds(any(one["traceId"] == trace for one in world.collector.spans()), "the last span")


@suite.test("a configuration that would send a secret in clear, or means nothing, is refused")
def refused(world):
    for settings, what in (
        ({"SAFECONDUCT_OTLP_ENDPOINT": "http://collector.example", "SAFECONDUCT_OTLP_HEADERS_FILE": str(world.scratch / "otlp.headers")}, "in clear"),
        ({"SAFECONDUCT_OTLP_INTERVAL": "5s"}, "endpoint"),
        ({"SAFECONDUCT_OTLP_ENDPOINT": "nonsense"}, "OTLP_ENDPOINT"),
        ({"SAFECONDUCT_LOG_FORMAT": "xml"}, "text, json"),
    ):  # fmt: skip
        silent = dict.fromkeys(("SAFECONDUCT_OTLP_ENDPOINT", "SAFECONDUCT_OTLP_HEADERS_FILE", "SAFECONDUCT_OTLP_INTERVAL"), "")
        arguments = ("dev", "--data", world.scratch / "never", "--listen", "127.0.0.1:0")
        world.server.cli(*arguments, code=None, env={**silent, **settings})
        holds(what in world.server.last_stderr, f"{settings}: {world.server.last_stderr}")


if __name__ == "__main__":
    suite.main()
