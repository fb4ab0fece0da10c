# For development on Linux and macOS: Python 3.11 or newer, make and git are enough. `make help` lists the targets.
PYTHON ?= python3
JOBS ?= 2
PORT ?= 8501

BIN := .venv/bin
STAMP := .venv/.installed
PYTEST := $(BIN)/python -m pytest

# Some containers keep Python from keeping what it compiled: every process of gcrm would compile it all again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test pytest lint bench soak docs lock clean assets chromium postgresql libreoffice

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) assets  ## build the demo project in ./demo and open the dashboard (PORT=8501)
	@$(BIN)/gcrm demo demo --port $(PORT)

test: lint pytest  ## check style, types and docstrings, then run every test (make -j2 test: side by side)

pytest: assets chromium postgresql
	@$(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder

lint: $(STAMP)  ## ruff, mypy and numpydoc
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m numpydoc lint $$(git ls-files 'gcrm/*.py' 'app/*.py')

bench: $(STAMP)  ## measure against peers in the same run (ONLY=name for one benchmark)
	@set -e; for file in $(if $(ONLY),benchmarks/$(ONLY).py,$(sort $(wildcard benchmarks/[a-z]*.py))); do \
	  test -f $$file || { echo "There is no $$file. Known: $(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))" >&2; exit 2; }; \
	  $(BIN)/python $$file; \
	done

soak: $(STAMP) assets chromium postgresql libreoffice  ## run the long campaigns in full (make test runs a hundredth)
	@GCRM_SOAK=1 $(PYTEST) -m soak

docs: $(STAMP)  ## write the generated pages of docs/ again
	@$(BIN)/python docs/dictionary.py
	@$(BIN)/python docs/reference.py

lock: $(STAMP)  ## pin every dependency again in requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --quiet --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock

clean:  ## remove whatever was made here, the environment and the demo project included
	@rm -rf .venv build dist demo benchmarks/out .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find gcrm app tests benchmarks docs data -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: exactly the locked packages, each checked against its hash, and this checkout itself. Python compiles
# a module when it is first imported; to compile all of them, most of which nobody does, takes nearly half of pip's time.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "gcrm needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "'$(PYTHON)' cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@echo "Installing the locked packages into .venv (once; a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Other people's JavaScript and CSS, copied out of their installed packages; never committed.
assets: $(STAMP)
	@if [ -f app/assets.py ]; then $(BIN)/python -m app.assets; fi

# Browser tests need a Chromium; root may install Debian's. Without one they skip, and say so (in CI they fail).
chromium:
	@command -v chromium >/dev/null || [ -n "$$GCRM_CHROMIUM" ] || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
	  { echo "Installing chromium for the browser tests"; \
	    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium; } \
	      >/dev/null 2>&1 || echo "chromium could not be installed" >&2; }

# So do the tests of PostgreSQL. Debian's package would start a server of its own; the tests start and end theirs. One
# installs after the other, also where make runs targets side by side.
postgresql: | chromium
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || [ "$$(id -u)" != 0 ] || \
	  ! command -v apt-get >/dev/null || \
	  { echo "Installing postgresql for the tests of the operational store and of sources"; \
	    quiet=/etc/postgresql-common/createcluster.d/gcrm.conf; mkdir -p "$$(dirname $$quiet)"; \
	    echo "create_main_cluster = false" >$$quiet; \
	    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql; } \
	      >/dev/null 2>&1 || echo "postgresql could not be installed" >&2; \
	    rm -f $$quiet; }

# LibreOffice opens what was exported for spreadsheets; only the long campaigns ask for it, for it is large.
libreoffice:
	@command -v soffice >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
	  { echo "Installing libreoffice-calc-nogui for the tests of exports"; \
	    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
	      libreoffice-calc-nogui; } >/dev/null 2>&1 || echo "libreoffice-calc-nogui could not be installed" >&2; }
