.PHONY: help run test

help:
	@echo "make run    open the app in the browser"
	@echo "make test   run every test, those in a real browser included"
	@echo "Both set up what they need first: .venv, and for the tests a Chromium."

run:
	@scripts/setup.sh
	@.venv/bin/python -m streamlit run streamlit_app.py

test:
	@scripts/setup.sh test
	@OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest
