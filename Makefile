.PHONY: help run serve test
PYTHON ?= python3
unexport PYTHON

help:
	@echo "make run    open the app in the browser: python3 start.py"
	@echo "make serve  open it to a class, behind a password: python3 start.py --class"
	@echo "make test   run every test, those in a real browser included: python3 start.py test"
	@echo "All set up what they need first: .venv, and for the tests a Chromium."

run:
	@$(PYTHON) start.py

serve:
	@$(PYTHON) start.py --class

test:
	@$(PYTHON) start.py test
