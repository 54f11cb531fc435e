# What people run. `make demo` shows Hearth at work, `make test` checks everything; both set up what they need.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT_FILES = Sources Tests Package.swift

.PHONY: help setup build test demo bench format lint install clean

help:
	@echo 'make demo      deploy a model, call it from zero and again warm, with the time of every phase'
	@echo 'make test      build and run all tests and the fuzzers'
	@echo 'make build     build hearth and hearth-worker for release'
	@echo 'make bench     measure cold starts: percentiles a phase, and JSON in .build-bench/'
	@echo 'make setup     install what is missing (system libraries, pip), or say what is'
	@echo 'make format    format the Swift code; make lint checks it'
	@echo 'make install   put both programs into PREFIX/bin (PREFIX=$(PREFIX))'
	@echo 'make clean     remove what was built; fetched weights stay'

setup:
	@Scripts/setup.sh

build: setup
	swift build -c release --static-swift-stdlib --product hearth
	swift build -c release --static-swift-stdlib --product hearth-worker

test:
	@Scripts/test.sh

demo: build
	@Scripts/demo.sh

bench: build
	@Scripts/bench.sh

format:
	swift format -i --recursive $(SWIFT_FILES)

lint:
	swift format lint --strict --recursive $(SWIFT_FILES)

install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -s -m 755 .build/release/hearth .build/release/hearth-worker '$(DESTDIR)$(PREFIX)/bin'

clean:
	rm -rf .build .build-bench
