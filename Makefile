# What people run. `make demo` shows Hearth at work, `make test` checks everything; both set up what they need.

PREFIX ?= /usr/local
DESTDIR ?=
BUILT = .build/release
PROGRAMS = hearth hearth-worker hearth-starter hearth-adapter
UNITS = $(PREFIX)/lib/systemd/system
SYSUSERS = $(PREFIX)/lib/sysusers.d
TMPFILES = $(PREFIX)/lib/tmpfiles.d
SWIFT_FILES = Sources Tests Package.swift

.PHONY: help setup build test demo bench format lint install uninstall clean

help:
	@echo 'make demo      deploy a model, call it from zero and again warm, with the time of every phase'
	@echo 'make test      build and run all tests and the fuzzers'
	@echo 'make build     build the programs for release'
	@echo 'make bench     measure cold starts, each way of starting workers beside the others, and JSON in .build-bench/'
	@echo 'make setup     install what is missing (system libraries, pip), or say what is'
	@echo 'make format    format the Swift code; make lint checks it'
	@echo 'make install   put the programs and the systemd units below PREFIX ($(PREFIX)); make uninstall removes them'
	@echo 'make clean     remove what was built; fetched weights stay'

setup:
	@Scripts/setup.sh

build: setup
	for program in $(PROGRAMS); do swift build -c release --static-swift-stdlib --product $$program || exit 1; done

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

# A package is made with DESTDIR: then this system is left alone. Without it the user `hearth` and the folders are made,
# and systemd reads the units; nothing is enabled or started.
install: build
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(UNITS)' '$(DESTDIR)$(SYSUSERS)' '$(DESTDIR)$(TMPFILES)'
	install -s -m 755 $(PROGRAMS:%='$(BUILT)/%') '$(DESTDIR)$(PREFIX)/bin'
	sed 's|@BINDIR@|$(PREFIX)/bin|' Runtime/Systemd/hearth.service >'$(DESTDIR)$(UNITS)/hearth.service'
	chmod 644 '$(DESTDIR)$(UNITS)/hearth.service'
	install -m 644 Runtime/Systemd/hearth.socket '$(DESTDIR)$(UNITS)/hearth.socket'
	install -m 644 Runtime/Systemd/hearth.sysusers '$(DESTDIR)$(SYSUSERS)/hearth.conf'
	install -m 644 Runtime/Systemd/hearth.tmpfiles '$(DESTDIR)$(TMPFILES)/hearth.conf'
ifeq ($(DESTDIR),)
	@if command -v systemd-sysusers >/dev/null; then systemd-sysusers '$(SYSUSERS)/hearth.conf'; fi
	@if command -v systemd-tmpfiles >/dev/null; then systemd-tmpfiles --create '$(TMPFILES)/hearth.conf'; fi
	@if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
endif

uninstall:
ifeq ($(DESTDIR),)
	@if [ -d /run/systemd/system ] && [ -e '$(UNITS)/hearth.service' ]; then \
	    systemctl --quiet disable --now hearth.socket hearth.service; fi
endif
	rm -f $(PROGRAMS:%='$(DESTDIR)$(PREFIX)/bin/%') \
	    '$(DESTDIR)$(UNITS)/hearth.service' '$(DESTDIR)$(UNITS)/hearth.socket' \
	    '$(DESTDIR)$(SYSUSERS)/hearth.conf' '$(DESTDIR)$(TMPFILES)/hearth.conf'
ifeq ($(DESTDIR),)
	@if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@if [ -e /var/lib/hearth ]; then echo 'Kept: /var/lib/hearth, with functions and models, and the user hearth.'; fi
endif

clean:
	rm -rf .build .build-bench
