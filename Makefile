# Saphena. `make help` lists the targets.
# The system's Python (3.8 or newer) only makes the environments; it runs nothing of ours after.
PYTHON ?= python3
CLINIC ?=
app := .venv/app/bin/python
set-up := $(PYTHON) scripts/bootstrap.py
lock := .tools/bin/uv pip compile --quiet --universal --no-header --generate-hashes

.DEFAULT_GOAL := help
.PHONY: help run test check format shell train evaluate screenshots check-clinics lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

run: ## Set up what is missing, start everything, print the address (PORT=8000)
	@$(set-up) --port app brain
	@$(app) -m bot run

test: ## Set up what is missing, then run all tests
	@$(set-up) dev brain
	@$(app) -m bot train
	@$(app) -m bot widget
	@$(app) -m pytest -n 2 --dist loadfile $(ARGS)

check: ## Format, lint, types and unit tests, in seconds
	@$(set-up) dev
	@$(app) -m ruff format --check .
	@$(app) -m ruff check .
	@$(app) -m mypy
	@$(app) -m pytest -q -n 2 tests/unit

format: ## Format the code and mend what the linter can
	@$(set-up) dev
	@$(app) -m ruff check --fix-only --quiet .
	@$(app) -m ruff format .

shell: ## Talk to the assistant in the terminal (CLINIC=glamour)
	@$(set-up) app brain
	@$(app) -m bot shell $(CLINIC)

train: ## Train the dialogue model if its data changed
	@$(set-up) app brain
	@$(app) -m bot train

evaluate: ## Measure how well it understands, and write the report (ARGS=--local)
	@$(set-up) dev brain
	@$(app) -m bench.evaluation $(ARGS)

screenshots: ## Take the pictures of docs/screenshots anew (needs Chromium)
	@$(set-up) dev brain
	@$(app) -m tests.browser.screenshots

check-clinics: ## Check the clinics' protocol packs
	@$(set-up) app
	@$(app) -m bot clinics check

lock: ## Write the hash-pinned lock files anew from requirements/*.in
	@$(set-up) app
	@$(lock) --python-version 3.12 requirements/app.in -o requirements/app.txt
	@$(lock) --python-version 3.12 requirements/dev.in -o requirements/dev.txt
	@$(lock) --python-version 3.10 --overrides requirements/brain-overrides.txt \
	  requirements/brain.in -o requirements/brain.txt
	@$(lock) --python-version 3.8 requirements/tools.in -o requirements/tools.txt

clean: ## Remove the environments and the model; what patients wrote (var/) stays
	rm -rf .tools .venv models .rasa widget/node_modules widget/dist
