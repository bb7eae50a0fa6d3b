# Nothing but make and Python is needed: run.py, which holds the work, installs the rest into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench manual-pictures lock clean

# Debian's python3 is new enough; choose another with `make demo PYTHON=python3.13`.
PYTHON ?= python3
# The port of the demo, the one stage of the tests to run (all when empty), further arguments of the command.
PORT ?= 8000
STAGE ?=
ARGS ?=

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 22

demo: ## serve the site with demo data on PORT=8000; keeps its data in var/
	@$(PYTHON) run.py demo --port "$(PORT)"

demo-reset: ## empty var/ and start the demo over
	@$(PYTHON) run.py demo-reset --port "$(PORT)"

test: ## run every test; STAGE=postgres|race|sqlite|journeys for one stage, ARGS="-k word" for pytest
	@$(PYTHON) run.py test $(if $(STAGE),--stage $(STAGE)) $(ARGS)

check: ## format, lint, types, import contracts, templates, migrations, settings, generated documents
	@$(PYTHON) run.py check

bench: ## measure the heavy pages against plain ones, in one run
	@$(PYTHON) run.py bench $(ARGS)

manual-pictures: ## take the pictures of docs/manuals anew, from a demo of its own
	@$(PYTHON) run.py manual-pictures

lock: ## write the lock files anew from pyproject.toml; ARGS=--upgrade for newer versions
	@$(PYTHON) run.py lock $(ARGS)

clean: ## remove .venv and caches; the data in var/ stays
	@$(PYTHON) run.py clean
