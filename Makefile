# Two commands do everything on a fresh machine with Python 3.11+ and make:
#   make demo   set up, then watch real footage and end with a report
#   make test   set up, then run all tests
# Outside .venv only Debian's packages that scripts/apt.sh names are installed, where root and apt allow it: a sample clip
# for the demo, servers and a browser for the tests. Where they cannot be had, the demo draws its own hall, and tests that
# need them skip by name.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# A mirror for closed networks: the folders beside the checkout when they are there, else what the caller says.
SHARED := $(wildcard ../shared)
ifneq ($(SHARED),)
export CONSENTRY_MIRROR ?= $(abspath ../shared/models),$(abspath ../shared/data/cctv)
export CONSENTRY_SHARED ?= $(abspath ../shared)
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench format lock clean

help:            ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(READY)  ## make .venv with the locked dependencies

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)   ## watch real footage, end with a report and an annotated video (OpenCV's sample, or a drawn hall)
	@$(BIN)/consentry footage verify vtest >/dev/null 2>&1 || sh scripts/apt.sh footage || true
	$(BIN)/consentry demo

test: $(READY)   ## run every test
	@sh scripts/apt.sh tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(READY)  ## what watching costs beside decoding alone, networks, memory: ratios, in one run
	$(BIN)/python -m bench

lint: $(READY)   ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## let ruff format and fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:            ## renew the hashed locks (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements/dev.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements/core.txt

clean:           ## remove what make made
	rm -rf $(VENV) demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis
