"""OpenAPI documents: scanned, imported, and what is called without an identity."""

import contextlib
import json
import os
import random
import resource
import subprocess
from pathlib import Path

import yaml

from harness.issuer import Issuer
from harness.scene import Scene
from harness.server import Server
from harness.suite import Skipped, Suite, environment, equal, holds

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "Tests" / "PostureTests" / "Samples"
CORPUS = Path(os.environ.get("SAFECONDUCT_DATA", ROOT.parent / "shared" / "data")) / "governance" / "openapi"
CUSTODY = ["--owner", "local", "--purpose", "testing", "--boundary", "shop", "--expires", "90d"]
MEMBERS = {"operations": "ops", **{name: name for name in ("unsecured", "optional", "deprecated", "schemes")}}


class World:
    def __init__(self, scratch, server, scene):
        self.scratch = scratch
        self.server = server
        self.scene = scene

    def file(self, name, content):
        path = self.scratch / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def scan(self, path):
        """The counts; what is printed is exactly one line with exactly these members."""
        out = self.server.cli("api", "scan", "--json", "--quiet", path)
        equal(out.count("\n"), 1, "lines")
        counts = json.loads(out)
        equal(list(counts), list(MEMBERS), "members")
        return counts

    def revision(self):
        return self.server.api("GET", "/v1/status", status=200).json()["rev"]


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Server(scratch / "safeconduct", "--allow-http-issuers") as server, Issuer() as issuer:
        yield World(scratch, server, Scene(server, issuer).build())


suite = Suite("posture", world)


def corpus():
    if not (CORPUS / "manifest.json").exists():
        raise Skipped(f"no documents in {CORPUS}; the samples of the repository are scanned all the same")
    return json.loads((CORPUS / "manifest.json").read_text())


@suite.test("every shared document is counted as another reader counts it", seconds=120)
def documents(world):
    entries = corpus()
    for entry in entries:
        equal(world.scan(CORPUS / entry["file"]), {ours: entry[theirs] for ours, theirs in MEMBERS.items()}, entry["file"])
    suite.note(f"{len(entries)} documents, {sum(entry['ops'] for entry in entries)} operations")


@suite.test("a document says the same in JSON and in YAML, whoever writes it", seconds=120)
def twins(world):
    sources = [SAMPLES / "shop-3.json", SAMPLES / "shop-2.json"]
    with contextlib.suppress(Skipped):
        sources += [CORPUS / entry["file"] for entry in corpus() if entry["format"] == "json" and entry["bytes"] < 300_000]
    for source in sources:
        value = json.loads(source.read_bytes())
        for number, style in enumerate(({"width": 60}, {"default_flow_style": True, "allow_unicode": True})):
            text = yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, **style)
            path = world.file(f"twin-{number}.yaml", text)
            equal(world.scan(path), world.scan(source), f"{source.name} as YAML, {style}")
            whole = [json.loads(world.server.cli("api", "scan", "-q", "-o", "json", file)) for file in (path, source)]
            equal(whole[0], whole[1], f"{source.name}: everything that is told")


@suite.test("the samples of the repository: open operations are listed, counts are exact")
def samples(world):
    for form in ("json", "yaml"):
        equal(
            world.scan(SAMPLES / f"shop-3.{form}"),
            {"operations": 6, "unsecured": 1, "optional": 1, "deprecated": 1, "schemes": ["http:bearer", "apiKey:header"]},
            f"shop-3.{form}",
        )
    shown = world.server.cli("api", "scan", SAMPLES / "shop-3.yaml")
    equal([line.split()[:3] for line in shown.splitlines()[1:]],
          [["none", "GET", "/health"], ["optional", "GET", "/orders/{id}"]], "open operations")  # fmt: skip
    piped = world.server.cli("api", "scan", "--json", "-", stdin=(SAMPLES / "shop-2.yaml").read_text())
    equal(json.loads(piped), world.scan(SAMPLES / "shop-2.json"), "standard input")


def refused(world, path, code=1):
    """Scans in a process of its own, with its peak of memory."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
            descriptor = os.open(world.scratch / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            binary = str(world.server.binary)
            os.execv(binary, [binary, "api", "scan", "--json", str(path)])
        os._exit(99)
    _, status, usage = os.wait4(pid, 0)
    said = (world.scratch / "said").read_text()
    equal(os.waitstatus_to_exitcode(status), code, f"exit of {path.name}: {said[:300]}")
    holds(usage.ru_maxrss < 1 << 20, f"{path.name} took {usage.ru_maxrss >> 10} MiB")
    return said


@suite.test("hostile documents get a precise answer, and bounded time and memory", seconds=120)
def hostile(world):
    bomb = "openapi: 3.1.0\na0: &a0 [x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30)
    )
    many = ", ".join("{name: n%d, in: query}" % i for i in range(2000))
    fan = "openapi: 3.1.0\npaths:\n" + "".join(f"  /p{i}: {{$ref: '#/c'}}\n" for i in range(2000)) + f"c: {{get: {{parameters: [{many}]}}}}\n"
    cases = {
        "bomb.yaml": (bomb, "values"),
        "fan.yaml": (fan, "operations, parameters"),
        "deep.json": ("[" * 1_000_000, "nested deeper than 128"),
        "deep.yaml": ("- " * 1_000_000, "nested deeper than 128"),
        "large.json": (b"{" + b" " * (33 << 20), "more than 32 MiB"),
        "values.json": ("[" + "1," * 5_000_000 + "1]", "more than 4194304 values"),
        "nul.json": (b'{"openapi": "3.1.0\0"}', ":1:1: the document holds a NUL byte"),
        "latin.yaml": (b"openapi: 3.1.0\ntitle: caf\xe9\n", ":2:"),
        "half.json": ('{"openapi": "3.1.0",\n "paths": {', ":2:12: "),
        "half.yaml": ("openapi: 3.1.0\npaths: {\n", ":3:1: "),
        "directives.yaml": ("%TAG !a! b\n" * 200_000, "directives"),
        "other.yaml": ("asyncapi: 2.6.0\n", "no 'openapi'"),
        "old.json": ('{"swagger": "1.2"}', "version '1.2'"),
    }
    for name, (content, words) in cases.items():
        said = refused(world, world.file(name, content))
        holds(name in said and words in said, f"{name}: {said[:300]}")
    circle = world.file("circle.json", json.dumps({"openapi": "3.1.0", "paths": {
        f"/p{i}": {"$ref": f"#/paths/~1p{(i + 1) % 20_000}"} for i in range(20_000)}}))  # fmt: skip
    holds('{"operations":0,' in refused(world, circle, code=0), "a circle of references ends")
    twice = world.file("twice.json", '{"openapi": "3.1.0", "paths": {"/a": {"get": {}}, "/a": {"get": {}, "put": {}}}}')
    holds("stands twice" in refused(world, twice, code=0), "a name that stands twice is remarked upon")
    world.server.cli("api", "import", twice, "--name", "twice", *CUSTODY, code=1)
    holds("two readers" in world.server.last_stderr, world.server.last_stderr)
    world.server.cli("api", "scan", world.scratch / "nowhere.json", code=1)
    world.server.cli("api", "scan", code=2)


@suite.test("damaged documents never bring the command down")
def damaged(world):
    seed = int(os.environ.get("SAFECONDUCT_SEED", random.randrange(1 << 32)))
    suite.note(f"SAFECONDUCT_SEED={seed}")
    generator = random.Random(seed)
    for round in range(40):
        data = bytearray((SAMPLES / generator.choice(["shop-3.yaml", "shop-3.json", "shop-2.yaml"])).read_bytes())
        for _ in range(generator.randrange(1, 6)):
            place = generator.randrange(len(data))
            data[place : place + generator.randrange(3)] = generator.randbytes(generator.randrange(3))
        path = world.file("damaged", bytes(data))
        run = subprocess.run([world.server.binary, "api", "scan", "--json", path], capture_output=True, timeout=30)
        holds(run.returncode in (0, 1), f"round {round}: exit {run.returncode} {run.stderr[-300:]}")


IMPORT = "an import registers the operations; a dry run and a second import change nothing"


@suite.test(IMPORT)
def imports(world):
    command = ["api", "import", SAMPLES / "shop-3.yaml", "--name", "shop", *CUSTODY, "--data-class", "confidential"]
    before = world.revision()
    dry = world.server.cli_json(*command, "--dry-run")
    equal((dry["result"], dry["operations"], world.revision()), ("created", 6, before), "dry run")
    done = world.server.cli_json(*command)
    equal(done["result"], "created", "result")
    equal([item["name"] for item in done["unsecured"] + done["optional"]], ["get-health", "get-order"], "open ones")
    api = world.server.api("GET", "/v1/apis/shop", status=200).json()
    equal(api["hosts"], ["eu.shop.example"], "hosts")
    equal(api["base_path"], "/v1", "base path")
    equal(sorted(operation["name"] for operation in api["operations"]),
          ["copy", "create-order", "get-health", "get-order", "get-order-2", "list-orders"], "names")  # fmt: skip
    after = world.revision()
    equal(world.server.cli_json(*command)["result"], "unchanged", "second import")
    equal(world.server.cli_json(*command, "--dry-run")["result"], "unchanged", "second dry run")
    equal(world.revision(), after, "revision after the second import")


@suite.test("what was set on an operation outlives the next import; what left the document is named", needs=[IMPORT])
def again(world):
    api = world.server.api("GET", "/v1/apis/shop", status=200).json()
    taken = {"name", "owner", "purpose", "boundary", "expires_at", "hosts", "base_path", "data_class", "sensitivity", "operations"}
    body = {name: value for name, value in api.items() if name in taken}
    for operation in body["operations"]:
        if operation["name"] == "create-order":
            operation |= {"sensitivity": 900, "capabilities": ["reads_personal_data"]}
    world.server.api("PUT", "/v1/apis/shop", body, status=200)
    value = yaml.safe_load((SAMPLES / "shop-3.yaml").read_text())
    del value["paths"]["/health"]
    path = world.file("next.json", json.dumps(value, default=str))
    done = world.server.cli_json("api", "import", path, "--name", "shop", *CUSTODY, "--data-class", "confidential")
    equal((done["result"], done["removed"]), ("changed", ["get-health"]), "second document")
    operations = world.server.api("GET", "/v1/apis/shop", status=200).json()["operations"]
    created = next(operation for operation in operations if operation["name"] == "create-order")
    equal((created["sensitivity"], created["capabilities"]), (900, ["reads_personal_data"]), "what was set")


@suite.test("large documents are imported whole, or refused with the parts that would do")
def large(world):
    paths = {f"/{'even' if i % 2 == 0 else 'odd'}/{i}": {"get": {"operationId": f"op{i}"}} for i in range(4000)}
    path = world.file("huge.json", json.dumps({"openapi": "3.0.0", "paths": paths}))
    world.server.cli("api", "import", path, "--name", "huge", *CUSTODY, code=1)
    for words in ("4000 operations", "at most 2048", "--under /even"):
        holds(words in world.server.last_stderr, world.server.last_stderr)
    done = world.server.cli_json("api", "import", path, "--name", "huge", *CUSTODY, "--under", "/even/")
    equal(done["operations"], 2000, "operations under a prefix")
    for entry in corpus():
        if entry["ops"] > 250:
            done = world.server.cli_json("api", "import", CORPUS / entry["file"], "--name", f"api-{entry['ops']}", *CUSTODY)
            equal(done["operations"] + len(done["left_out"]), entry["ops"], entry["file"])


@suite.test("a protected operation that is called without an identity becomes a finding")
def findings(world):
    equal(world.server.cli("api", "findings").strip(), "none", "before")
    for _ in range(3):
        equal(world.scene.check("GET", "/orders/7").status_code, 401, "without a token")
    equal(world.scene.check("GET", "/nothing").status_code, 401, "an operation that is not registered is none")
    equal(world.scene.check("GET", "/orders", token="not.a.token").status_code, 401, "a bad token is not no token")
    equal(world.scene.ask("worker").json()["decision"], True, "with an identity")
    items = world.server.api("GET", "/v1/findings", status=200).json()["items"]
    equal([(item["kind"], item["operation"], item["calls"], item["enforcement_point"]) for item in items],
          [("authn.missing", "orders/show", 3, "proving")], "findings")  # fmt: skip
    shown = world.server.cli("api", "findings")
    holds("orders/show" in shown and "authn.missing" in shown, shown)
    equal(world.server.api("GET", "/v1/findings?page_token=x").status_code, 400, "a token that no page gave")
    holds("\nsafeconduct_findings 1\n" in world.server.api("GET", "/metrics", status=200).text, "the metric")


if __name__ == "__main__":
    suite.main()
