# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export PAYUNG_HOME ?= $(CURDIR)/.payung
# Where this is set, every process compiles all it imports anew: three seconds of each command.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test soak mutants bench check docs clean setup setup-dev setup-browser

demo: setup ## a province's lists through the whole line, then the pages
	$(BIN)/payung demo

test: check setup-browser ## lint, types, import contract, every test, browser tests
	BIN=$(BIN) sh tests/run.sh

soak: setup-dev ## two hundred long random lives of a programme, the slowest properties on ten times more; half an hour
	$(BIN)/payung db migrate >/dev/null
	$(BIN)/pytest -m soak tests/coverage/test_any_order.py tests/matching/test_any_lists.py
	PAYUNG_SOAK=1 $(BIN)/pytest $$(grep -rl "examples(" tests --include="test_*.py")

mutants: setup-dev ## faults made on purpose, which the tests must notice; ONLY="checker queue" for some of them
	$(BIN)/payung db migrate >/dev/null
	$(BIN)/python -m tests.mutants $(ONLY)

check: setup-dev ## what needs no browser, no database and no root
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	find src/payung/web/templates -name "*.html" -exec $(BIN)/djade --check {} +
	$(BIN)/djlint src/payung/web/templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python tests/dead_code.py

bench: setup-dev ## speed and quality, as ratios to a bare baseline in the same run; FULL=1 at the promised sizes
	$(BIN)/python -m bench $(if $(FULL),--full)

docs: setup-dev ## the reference pages that are generated from the code
	$(BIN)/python docs/generate.py

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev
setup-browser: setup-dev
	sh tests/install_chromium.sh
	sh tests/install_nginx.sh

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8

$(VENV)/.runtime: requirements.lock pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

clean: ## forget the environment and the demo's data
	-$(BIN)/payung db stop
	rm -rf $(VENV) .payung demo
