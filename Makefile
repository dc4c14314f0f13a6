# Safeconduct: what a person types. `make` alone says what there is.
# Every target can be run again; each installs or builds only what is missing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
# Extra words for `safeconduct dev`, e.g. make run ARGS="--listen 127.0.0.1:9000"
ARGS ?=
# Seeds of the long crash, power and fuzz runs (make soak).
SOAK ?= 100

SWIFT_FOLDERS := $(wildcard Sources Tests Benchmarks examples Package.swift)

# Requests that `make fuzz-cedar` compares, and the seconds that `make fuzz-parsers` runs.
N ?= 20000
SECONDS ?= 600

.PHONY: help setup build run test bench soak fuzz-cedar fuzz-parsers fmt lint docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install what is missing (Debian packages, Python packages into .venv/)
	@scripts/setup

build: ## release build, stripped, into bin/safeconduct; manual page and completions into bin/share
	@scripts/setup --no-venv
	@scripts/build-release

run: build ## build what is needed and start Safeconduct on this machine
	@exec bin/safeconduct dev $(ARGS)

test: ## every test: format, Swift suites, end-to-end suites
	@scripts/setup
	@scripts/test

bench: ## measurements, in release
	@scripts/setup
	@scripts/build-release
	@$(SWIFT) build -c release --static-swift-stdlib --product safeconduct-bench
	@$(SWIFT) build -c release --static-swift-stdlib --product cedar-spin
	@$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/safeconduct-bench --server bin/safeconduct $(ARGS)

soak: ## the long runs: SOAK=300 seeds of each fault, 100,000 commands at two nodes, 10,000 idle connections, more fuzz
	@scripts/setup
	@SAFECONDUCT_EFFORT=$(SOAK) $(SWIFT) test --disable-xctest --filter CedarTests
	@SAFECONDUCT_LEASE_SEEDS=200 $(SWIFT) test --disable-xctest --filter LeaseFaultTests
	@scripts/build-release
	@.venv/bin/python Tests/e2e/run --binary bin/safeconduct --soak $(SOAK) crash power nodes badinput flood

fuzz-cedar: ## N=20000 fresh requests, policies, schemas and entities: our Cedar against the Rust engine
	@scripts/setup
	@scripts/build-release
	@.venv/bin/python Tests/fuzz/run --binary bin/safeconduct --requests $(N) $(ARGS)

fuzz-parsers: ## SECONDS=600 of libFuzzer on everything that reads Cedar's texts and JSON
	@Tests/fuzz/parsers/run $(SECONDS) $(ARGS)

fmt: ## format every Swift file in place
	@$(SWIFT) format -i -p -r $(SWIFT_FOLDERS)

lint: ## what `make test` checks first: formatting and the licence header
	@scripts/lint

docs: ## API reference of every module into .build/docs/
	@scripts/docs

clean: ## forget builds (not the Python packages)
	@rm -rf .build bin
