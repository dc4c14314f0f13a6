#!/usr/bin/env python3
# Safeconduct, the trust control plane for APIs and the machines that call them.
# Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
# SPDX-License-Identifier: Apache-2.0
"""The Rust engine beside ours: `rust-engine.py POLICIES ENTITIES REQUESTS COUNT`.

Reads everything once and says {"load_us"}. Then, for each line on standard input, asks the first COUNT requests, after a
few that do not count, again and again for 20 ms, and says {"us": [...], "answers": [[decision, [reason], [errors]], ...]}:
the engine's own time of each, without Python's.
"""
import json
import re
import sys
import time

import cedarpy

FAILED = re.compile(r"error while evaluating policy `((?:[^`\\]|\\.)*)`")


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        text = file.read()
    start = time.perf_counter()
    policies = cedarpy.PolicySet.from_str(text)
    load = time.perf_counter() - start
    with open(sys.argv[2], encoding="utf-8") as file:
        entities = cedarpy.Entities.from_json_str(file.read())
    with open(sys.argv[3], encoding="utf-8") as file:
        requests = json.load(file)
    if isinstance(requests, dict):
        requests = requests["requests"]
    keys = ("principal", "action", "resource", "context")
    requests = [{key: request.get(key, {}) for key in keys} for request in requests[: int(sys.argv[4])]]
    print(json.dumps({"load_us": round(load * 1e6)}), flush=True)
    for _ in sys.stdin:
        for request in requests[:10]:
            cedarpy.is_authorized(request, policies, entities)
        times, answers = [], []
        start = time.perf_counter()
        while not times or time.perf_counter() - start < 0.02:
            answers = []
            for request in requests:
                answer = cedarpy.is_authorized(request, policies, entities)
                times.append(answer.metrics["authz_duration_micros"])
                answers.append(answer)
        told = []
        for answer in answers:
            errors = [match.group(1) for match in map(FAILED.search, answer.diagnostics.errors) if match]
            told.append([answer.decision.value.lower(), sorted(answer.diagnostics.reasons), sorted(errors)])
        print(json.dumps({"us": times, "answers": told}), flush=True)


main()
