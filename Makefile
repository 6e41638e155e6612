# The build, for people. Each target first installs by apt what it needs and is missing, as root or through sudo.
# What does the work is in scripts/, one for each target.

.DEFAULT_GOAL := help
.PHONY: help demo test check unit deb handler guest guest-test sweep vm-test clean can vm-can
.PHONY: fuzz sanitize bench bench-check

# A Swift to use, if not the one in PATH; the folder to build the package in, if not the usual one.
export SWIFT
export STAGE

help:
	@echo 'make demo        see a locked-out user get back into a Debian guest (root)'
	@echo 'make test        every test: lint, unit tests, the package, guest and VM tests (root for those)'
	@echo 'make check       format, lint, build with warnings as errors, unit tests: under a minute'
	@echo 'make unit        the unit tests alone                     ARGS="--filter Settings"'
	@echo 'make fuzz        made-up input for all that reads foreign bytes   SECONDS=60 ARGS="sshd"'
	@echo 'make sanitize    valgrind over the program in a guest (root)'
	@echo 'make deb         dist/vmaccess-agent_VERSION_ARCH.deb'
	@echo 'make handler     dist/Microsoft.OSTCExtensions.VMAccessForLinux-VERSION.zip'
	@echo 'make guest       a shell in a booted guest with the package installed (root)'
	@echo 'make guest-test  the guest tests alone (root)             ARGS="-k password"'
	@echo 'make vm-test     the tests in emulated virtual machines (root)   ARGS="-k serial"'
	@echo 'make bench       what it costs beside a shell script (root)          ARGS="--runs 30"'
	@echo 'make bench-check the same, and what exceeds its budget'
	@echo 'make sweep       runs cut off at every call, one after the other: hours   ARGS="--every 20"'
	@echo 'make clean       remove what was built'
	@echo
	@echo 'SWIFT=/path/to/swift names the Swift to use, 6.2 or newer; else the one in PATH or /opt/swift.'

# Said before anything is built: guests take root.
can:
	@scripts/guest can

vm-can:
	@scripts/guest vm-can

demo: can deb
	@scripts/need demo
	@scripts/guest demo $(ARGS)

test:
	@scripts/test

check:
	@scripts/need check unit
	@scripts/as-owner scripts/lint
	@scripts/as-owner scripts/unit

unit:
	@scripts/need unit
	@scripts/as-owner scripts/unit $(ARGS)

fuzz:
	@scripts/need fuzz
	@scripts/as-owner scripts/fuzz run $(or $(SECONDS),10) $(ARGS)

sanitize: can deb
	@scripts/need sanitize
	@scripts/guest memory $(ARGS)

deb:
	@scripts/need deb
	@scripts/as-owner scripts/deb

handler: deb
	@scripts/need handler
	@scripts/as-owner scripts/handler

guest: can deb
	@scripts/need guest
	@scripts/guest shell $(ARGS)

guest-test: can handler
	@scripts/need guest-test
	@scripts/guest test $(ARGS)

vm-test: vm-can deb
	@scripts/need vm-test
	@scripts/guest vm-test $(ARGS)

bench: can deb
	@scripts/need bench
	@scripts/guest bench $(ARGS)

bench-check: can deb
	@scripts/need bench
	@scripts/guest bench --check $(ARGS)

sweep: can deb
	@scripts/need guest
	@scripts/guest sweep $(ARGS)

clean:
	@scripts/as-owner scripts/clean
