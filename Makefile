.PHONY: help run test
PYTHON ?= python3
unexport PYTHON

help:
	@echo "make run    open the app in the browser: python3 start.py"
	@echo "make test   run every test, those in a real browser included: python3 start.py test"
	@echo "Both set up what they need first: .venv, and for the tests a Chromium."

run:
	@$(PYTHON) start.py

test:
	@$(PYTHON) start.py test
