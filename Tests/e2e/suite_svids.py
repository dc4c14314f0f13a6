"""SPIFFE IDs and X.509-SVIDs through the batch forms: chains made by another implementation, the shared cases, bad lines."""

import base64
import contextlib
import datetime
import ipaddress
import json
import os
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harness.suite import Skipped, Suite, environment, equal, holds

SHARED = Path(os.environ.get("SAFECONDUCT_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
NOW = 1_767_225_600
API = "spiffe://example.org/ns/prod/sa/api"
BOTH = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
USAGES = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
          "encipher_only decipher_only").split()


def batch(verb, lines):
    """The answers to lines, each an object or the bytes of a line."""
    text = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    done = subprocess.run([environment("SAFECONDUCT_BIN"), "identity", verb, "--batch"], input=text, capture_output=True, timeout=60)
    equal(done.returncode, 0, done.stderr.decode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    equal(len(answers), len(lines), "answers")
    return answers


# --- chains ------------------------------------------------------------------------------------------------------


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])


class Signer:
    """An authority: a root without `by`, an intermediate with it."""

    def __init__(self, common, by=None, key=None, **changes):
        self.name = name(common)
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        usual = dict(subject=common, ca=True, length=None, usage=["key_cert_sign", "crl_sign"], extended=None, critical=False,
                     uris=["spiffe://example.org"], to=10 * 365 * 86400)
        self.certificate = (by or self).sign(key=self.key, **{**usual, **changes})

    def sign(self, key=None, subject=None, uris=(API,), names=(), critical=None, ca=False, length=None, usage=("digital_signature",),
             usage_critical=True, extended=BOTH, begin=-60, to=1800, extra=(), algorithm=hashes.SHA256()):
        """The DER of a certificate; as it stands, that of a sound leaf."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        moment = lambda offset: datetime.datetime.fromtimestamp(NOW + offset, datetime.timezone.utc)
        builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(self.name).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(moment(begin)).not_valid_after(moment(to)))
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca, length), True)
        if usage is not None:
            builder = builder.add_extension(x509.KeyUsage(**{each: each in usage for each in USAGES}), usage_critical)
        alternative = [x509.UniformResourceIdentifier(uri) for uri in uris] + list(names)
        if alternative:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternative), not subject if critical is None else critical)
        if extended is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage(extended), False)
        for extension, is_critical in extra:
            builder = builder.add_extension(extension, is_critical)
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            algorithm = None
        return builder.sign(self.key, algorithm).public_bytes(serialization.Encoding.DER)


def unknown(critical):
    return [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00"), critical)]


def constraints(**of):
    return [(x509.NameConstraints(of.get("permitted"), of.get("excluded")), True)]


def uri(text):
    return [x509.UniformResourceIdentifier(text)]


# What is done to a sound leaf -> whether it is still one.
LEAVES = {
    "sound": (True, {}),
    "subject, names not critical": (True, {"subject": "api"}),
    "no subject, names not critical": (False, {"critical": False}),
    "two ids": (False, {"uris": [API, "spiffe://example.org/b"]}),
    "an id and another URI": (False, {"uris": [API, "https://x"]}),
    "another URI and an id": (False, {"uris": ["https://x", API]}),
    "no URI": (False, {"uris": [], "names": [x509.DNSName("a.example.org")]}),
    "no names": (False, {"uris": []}),
    "other names beside": (True, {"names": [x509.DNSName("a.example.org"), x509.RFC822Name("a@example.org"),
                                            x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]}),
    "an authority": (False, {"ca": True, "usage": ["key_cert_sign", "crl_sign"], "extended": None}),
    "an authority that signs, too": (False, {"ca": True, "usage": ["digital_signature", "key_cert_sign"]}),
    "keyCertSign": (False, {"usage": ["digital_signature", "key_cert_sign"]}),
    "cRLSign": (False, {"usage": ["digital_signature", "crl_sign"]}),
    "no digitalSignature": (False, {"usage": ["key_agreement"]}),
    "keyEncipherment, too": (True, {"usage": ["digital_signature", "key_encipherment", "key_agreement"]}),
    "no key usage": (False, {"usage": None}),
    "key usage not critical": (False, {"usage_critical": False}),
    "no extended key usage": (True, {"extended": None}),
    "client authentication only": (False, {"extended": BOTH[1:]}),
    "server authentication only": (False, {"extended": BOTH[:1]}),
    "code signing, too": (True, {"extended": BOTH + [ExtendedKeyUsageOID.CODE_SIGNING]}),
    "expired": (False, {"to": -1}),
    "its last second": (True, {"to": 0}),
    "not valid yet": (False, {"begin": 1}),
    "its first second": (True, {"begin": 0}),
    "an unknown extension": (True, {"extra": unknown(False)}),
    "an unknown critical extension": (False, {"extra": unknown(True)}),
    "P-384": (True, {"key": ec.generate_private_key(ec.SECP384R1())}),
    "P-521": (True, {"key": ec.generate_private_key(ec.SECP521R1())}),
    "secp256k1": (False, {"key": ec.generate_private_key(ec.SECP256K1())}),
    "Ed25519": (True, {"key": ed25519.Ed25519PrivateKey.generate()}),
    "RSA, 2048 bits": (True, {"key": rsa.generate_private_key(65537, 2048)}),
    "RSA, 1024 bits": (False, {"key": rsa.generate_private_key(65537, 1024)}),
    "SHA-384": (True, {"algorithm": hashes.SHA384()}),
    "the trust domain's id": (False, {"uris": ["spiffe://example.org"]}),
    "a foreign trust domain": (False, {"uris": ["spiffe://other.test/a"]}),
    "an unknown trust domain": (False, {"uris": ["spiffe://unknown.test/a"]}),
    "another scheme": (False, {"uris": ["https://example.org/a"]}),
    "a slash at the end": (False, {"uris": ["spiffe://example.org/a/"]}),
    "an empty segment": (False, {"uris": ["spiffe://example.org//a"]}),
    "a dot segment": (False, {"uris": ["spiffe://example.org/a/./b"]}),
    "two dots": (False, {"uris": ["spiffe://example.org/a/../b"]}),
    "an escape": (False, {"uris": ["spiffe://example.org/a%2Fb"]}),
    "a user": (False, {"uris": ["spiffe://u@example.org/a"]}),
    "a port": (False, {"uris": ["spiffe://example.org:1/a"]}),
    "a query": (False, {"uris": ["spiffe://example.org/a?x=1"]}),
    "a fragment": (False, {"uris": ["spiffe://example.org/a#x"]}),
}

# What is done to a sound intermediate -> whether it may still issue.
INTERMEDIATES = {
    "sound": (True, {}),
    "no id": (True, {"uris": []}),
    "an id with a path": (False, {"uris": ["spiffe://example.org/ca"]}),
    "an id of another domain": (False, {"uris": ["spiffe://other.test"]}),
    "no authority": (False, {"ca": False}),
    "no basic constraints": (False, {"ca": None}),
    "no keyCertSign": (False, {"usage": ["digital_signature", "crl_sign"]}),
    "no key usage": (False, {"usage": None}),
    "key usage not critical": (False, {"usage_critical": False}),
    "room for none below": (True, {"length": 0}),
    "expired": (False, {"to": -1}),
    "not valid yet": (False, {"begin": 1}),
    "an unknown critical extension": (False, {"extra": unknown(True)}),
    "constrained to the domain": (True, {"extra": constraints(permitted=uri("example.org"))}),
    "constrained to another domain": (False, {"extra": constraints(permitted=uri("other.test"))}),
    "the domain excluded": (False, {"extra": constraints(excluded=uri("example.org"))}),
    "constrained in what it does not issue": (True, {"extra": constraints(permitted=[x509.DNSName("x.test")])}),
    "Ed25519": (True, {"key": ed25519.Ed25519PrivateKey.generate()}),
    "RSA": (True, {"key": rsa.generate_private_key(65537, 3072)}),
}


class World:
    def __init__(self):
        self.root = Signer("example.org")
        self.other = Signer("other.test", uris=["spiffe://other.test"])

    def line(self, id, chain, roots=None, domain="example.org", at=NOW):
        text = lambda list: [base64.b64encode(der).decode() for der in list]
        own = [self.root.certificate] if roots is None else [root.certificate for root in roots]
        bundles = {"other.test": text([self.other.certificate]), domain: text(own)}
        return {"id": id, "bundles": bundles, "chain": text(chain), "validAt": at}

    def verify(self, cases):
        """Cases: title -> (whether it is valid, its line)."""
        for (title, (expected, _)), answer in zip(cases.items(), batch("verify-svid", [line for _, line in cases.values()])):
            equal(answer["id"], title, "id")
            equal(answer["valid"], expected, f"{title}: {answer}")
            equal("spiffe_id" in answer, expected, f"{title}: spiffe_id")
            holds(expected or answer["error"]["code"] and answer["error"]["message"], f"{title}: an error")


@contextlib.contextmanager
def world():
    yield World()


suite = Suite("svids", world)


@suite.test("leaves of another implementation, one thing wrong with each")
def leaves(world):
    world.verify({title: (valid, world.line(title, [world.root.sign(**changes)])) for title, (valid, changes) in LEAVES.items()})


@suite.test("intermediates of another implementation, one thing wrong with each")
def intermediates(world):
    cases = {}
    for title, (valid, changes) in INTERMEDIATES.items():
        signer = Signer("int", by=world.root, **changes)
        cases[title] = (valid, world.line(title, [signer.sign(), signer.certificate]))
    world.verify(cases)


@suite.test("ways to the authority: missing, forged, too long, in another order, by another bundle")
def ways(world):
    first = Signer("a", by=world.root)
    second = Signer("b", by=first)
    leaf = second.sign()
    forged = Signer("example.org")
    short = Signer("short", by=world.root, length=0)
    below = Signer("below", by=short)
    deep = [world.root]
    for index in range(8):
        deep.append(Signer(f"d{index}", by=deep[-1]))
    chain = lambda depth: [deep[depth].sign()] + [signer.certificate for signer in reversed(deep[1 : depth + 1])]
    spoilt = bytearray(world.root.sign())
    spoilt[-1] ^= 1
    lines = {
        "two intermediates": (True, [leaf, second.certificate, first.certificate]),
        "in another order": (True, [leaf, first.certificate, second.certificate]),
        "with the root": (True, [leaf, second.certificate, first.certificate, world.root.certificate]),
        "the first missing": (False, [leaf, first.certificate]),
        "the second missing": (False, [leaf, second.certificate]),
        "a root of the same name": (False, [forged.sign(), forged.certificate]),
        "a changed signature": (False, [bytes(spoilt)]),
        "signed by itself": (False, [Signer("w", ca=False, usage=["digital_signature"], extended=BOTH, uris=[API]).certificate]),
        "a length kept": (True, [short.sign(), short.certificate]),
        "a length exceeded": (False, [below.sign(), below.certificate, short.certificate]),
        "the longest chain": (True, chain(7)),
        "a chain too long": (False, chain(8)),
        "nothing": (False, []),
        "bytes that are no certificate": (False, [b"certificate"]),
        "bytes after the leaf": (False, [world.root.sign() + b"\0"]),
        "an intermediate alone": (False, [first.certificate]),
        "another domain by its own bundle": (True, [world.other.sign(uris=["spiffe://other.test/a"])]),
        "this domain by another's bundle": (False, [world.other.sign()]),
    }
    cases = {title: (valid, world.line(title, list)) for title, (valid, list) in lines.items()}
    old, new = Signer("example.org", to=-1), Signer("example.org")
    cases["two roots of one name, the right one last"] = (True, world.line("two roots of one name, the right one last", [new.sign()], [forged, new]))
    cases["an expired root"] = (False, world.line("an expired root", [old.sign()], [old]))
    cases["an empty bundle"] = (False, world.line("an empty bundle", [world.root.sign()], []))
    cases["long after"] = (False, world.line("long after", [world.root.sign()], at=NOW + 10**9))
    world.verify(cases)


@suite.test("the shared chains and ids")
def shared(world):
    folder = SHARED / "identity" / "spiffe"
    if not folder.exists():
        raise Skipped(f"the shared cases are not at {folder} (SAFECONDUCT_DATA)")
    document = json.loads((folder / "x509_svid_cases.json").read_text())
    cases = document["cases"]
    lines = [{"id": case["name"], "bundles": document["bundles"], "chain": case["chain"], "validAt": case["validAt"]} for case in cases]
    for case, answer in zip(cases, batch("verify-svid", lines)):
        equal(answer["valid"], case["expect"] == "valid", f"{case['name']}: {answer}")
        equal(answer.get("spiffe_id"), case["spiffeId"], case["name"])
    ids = json.loads((folder / "spiffe_ids.json").read_text())
    for case, answer in zip(ids, batch("parse-id", [{"id": case["id"], "text": case["id"]} for case in ids])):
        equal(answer["valid"], case["expect"] == "valid", f"{case['id']!r}: {answer}")
    suite.note(f"{len(cases)} chains, {len(ids)} ids")


@suite.test("bad lines are answered, and stop nothing")
def lines(world):
    good = world.line("good", [world.root.sign()])
    bad = [b"", b"x", b"[]", b'{"id":1,"id":1}', b"\xff", json.dumps(good).encode()[:-9]]
    answers = batch("verify-svid", bad + [{}, {**good, "chain": ["-"]}, {**good, "bundles": 1}, {**good, "validAt": "x"}, good])
    for answer in answers[: len(bad)]:
        equal(list(answer), ["id", "error"], str(answer))
    equal([answer["valid"] for answer in answers[len(bad) :]], [False, False, False, False, True])
    answers = batch("parse-id", bad + [{"id": 7}, {"id": 8, "text": "spiffe://a\n"}, {"id": 9, "text": "spiffe://a/b"}])
    equal([answer.get("valid") for answer in answers], [None] * len(bad) + [False, False, True])


if __name__ == "__main__":
    suite.main()
