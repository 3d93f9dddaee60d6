# Everything a newcomer types. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8025
PY := .venv/bin/python
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-check test translations bench lock format clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Everything the product needs, below this folder
	@command -v "$(PYTHON)" >/dev/null || { echo "Outreach needs Python 3.11 or newer; name it like make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" scripts/set_up.py

setup-dev: ## The same, and what the tests need
	@command -v "$(PYTHON)" >/dev/null || { echo "Outreach needs Python 3.11 or newer; name it like make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" scripts/set_up.py --dev

# `exec` makes us the parent of the product, so that it notices when we are killed.
demo: setup ## The product with 2,000 invented customers (PORT=8025)
	@exec $(PY) -m outreach demo --port "$$PORT" --stop-with-parent

demo-check: setup ## The same loop without a person; prints one JSON object
	@exec $(PY) -m outreach demo --check --stop-with-parent

test: setup-dev ## All checks and tests
	@scripts/check

translations: setup-dev ## Brings the catalogs up to date with the sources and checks them
	@$(PY) scripts/check_catalogs.py --update

bench: setup ## Times the legs of the loop and rendering beside plain baselines
	@$(PY) -m benchmarks.loop
	@$(PY) -m benchmarks.rendering
	@$(PY) -m benchmarks.sendgrid
	@$(PY) -m benchmarks.webhooks

lock: ## Renews the lock files from pyproject.toml and package.json
	@"$(PYTHON)" scripts/lock.py

format: setup-dev ## Formats and sorts the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

clean: ## Removes what set-up, tests and demo made
	rm -rf .venv node_modules outreach/web/static/vendor .outreach .outreach-demo
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find outreach workers tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	find locales -name '*.mo' -delete
