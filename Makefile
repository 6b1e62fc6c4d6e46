# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs, and a second run starts at once.
.DEFAULT_GOAL := help
.PHONY: help demo test check fmt bless bench bench-hooks bench-poll bench-records bench-minutes bench-governance run lock

VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
CONFIG ?= config
# Many tests wait for a process or a server: two at once take half of the time.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal

help:
	@echo "make demo    play the week of the 2019 BoF: a real bot on a real IRC connection, all embedded"
	@echo "make test    run the tests"
	@echo "make check   lint, types, architecture and tests: what CI runs"
	@echo "make run     run the bot with CONFIG=$(CONFIG)"
	@echo "make fmt     format the code            make bless   write the generated pages and golden files again"
	@echo "make bench   measure, beside the peers  make lock    resolve the locked dependencies anew (needs uv)"
	@echo "make bench-poll    measure what polling a GitLab costs, beside a plain use of python-gitlab"
	@echo "make bench-records measure what checking and changing ten thousand records costs, beside git and tomllib"
	@echo "make bench-minutes measure the minutes of ten thousand lines, beside hcoop-meetbot"
	@echo "make bench-governance measure the rules on conflicts of interest over every day of ten years"
	@echo "make bench-hooks   measure what webhooks become, beside kgb-bot where it is installed"

demo: $(VENV)/.run
	@$(BIN)/python -m cloudbot demo $(ARGS)

run: $(VENV)/.run
	@$(BIN)/python -m cloudbot run --config $(CONFIG) $(ARGS)

test: $(VENV)/.test
	@$(PYTEST) $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) $(ARGS)

fmt: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bless: $(VENV)/.test
	$(BIN)/python -m tests.docs.pages
	$(BIN)/python -m tests.transcripts.bless
	@git --no-pager diff --stat -- docs tests/transcripts tests/golden

bench: $(VENV)/.test $(PEERS)/.bench
	$(BIN)/python -m bench.run $(ARGS)

bench-hooks: $(VENV)/.test
	$(BIN)/python -m bench.hooks $(ARGS)

bench-poll: $(VENV)/.test
	$(BIN)/python -m bench.poll

bench-minutes: $(VENV)/.test $(PEERS)/.bench
	$(BIN)/python -m bench.minutes

bench-governance: $(VENV)/.test
	$(BIN)/python -m bench.governance

bench-records: $(VENV)/.test
	$(BIN)/python -m bench.records
	$(BIN)/python -m bench.operation

$(VENV)/.python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "cloudbot needs Python 3.11 or newer; this is $$(python3 --version 2>&1)"; exit 1; }
	@command -v git >/dev/null || { echo "git is missing; on Debian: apt-get install git"; exit 1; }
	@echo "making the environment in $(VENV)"
	@python3 -m venv $(VENV) || { echo "python3 has no venv; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.python
	@echo "installing what requirements/run.txt locks"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "installing what requirements/test.txt locks"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

$(PEERS)/.bench: requirements/bench.txt | $(VENV)/.python
	@echo "installing the peers of the measurements, which requirements/bench.txt locks, in $(PEERS)"
	@python3 -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) pyproject.toml requirements/build.in -o requirements/run.txt
	$(LOCK) --extra test pyproject.toml requirements/build.in -o requirements/test.txt
	$(LOCK) requirements/bench.in -o requirements/bench.txt
