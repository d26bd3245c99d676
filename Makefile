# Saphena. `make help` lists the targets.
# The system's Python (3.8 or newer) only makes the environments; it runs nothing of ours after.
PYTHON ?= python3
CLINIC ?=
app := .venv/app/bin/python
set-up := $(PYTHON) scripts/bootstrap.py
lock := .tools/bin/uv pip compile --quiet --universal --no-header --generate-hashes

.DEFAULT_GOAL := help
.PHONY: help run test check format shell train evaluate bench load soak capacity faults audit sbom screenshots check-clinics lock clean

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

bench: ## Measure speed and memory, and write the report (ARGS=--against-default)
	@$(set-up) dev brain
	@$(app) -m bench.performance --write $(ARGS)

load: ## Let 300 people write on the web and 200 in Telegram, then twice as fast (ARGS=600)
	@$(set-up) dev brain
	@$(app) -m bench.load --write $(ARGS)

soak: ## Talk for minutes on end; fails if memory grows (ARGS=60, ARGS="--messages 10000")
	@$(set-up) dev brain
	@$(app) -m bench.soak --write $(ARGS)

capacity: ## Simulate a million conversations a day, and write how large it has to be (ARGS=--measure)
	@$(set-up) dev
	@$(app) -m bench.capacity --write $(ARGS)

faults: ## Let parts fail while patients write, each for up to a minute; prints a table
	@$(set-up) dev brain
	@$(app) -m bot train
	@FAULTS=full $(app) -m pytest -q -s tests/faults/test_under_load.py \
	  tests/faults/test_disk_full.py tests/faults/test_clock.py tests/faults/test_garbage.py \
	  tests/faults/test_kill.py

audit: ## Ask the advisory database about every locked package (needs the network)
	@$(set-up) app
	@$(app) -m bot.cli.supply audit

sbom: ## Write a CycloneDX bill of materials of each environment to var/sbom
	@$(set-up) app
	@$(app) -m bot.cli.supply sbom

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
	@$(lock) --python-version 3.12 requirements/audit.in -o requirements/audit.txt
	@$(lock) --python-version 3.8 requirements/tools.in -o requirements/tools.txt

clean: ## Remove the environments and the model; what patients wrote (var/) stays
	rm -rf .tools .venv models .rasa widget/node_modules widget/dist
