"""`vmaccess-agent console`: a tired person at a bad terminal."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from conftest import MakeGuest, MakeKey, package_tests
from guestlab import Guest, Run, Talk, diff, snapshot, traces
from guestlab.lockouts import Account, make_account

pytestmark = package_tests()

PASSWORD = "New-horse-7-staple"
MENU = r"Type a number and press Enter: $"
PLACES = ("/etc", "/home", "/var/lib/vmaccess-agent/status", "/var/lib/vmaccess-agent/transactions")


def console(guest: Guest, *args: str, rows: int = 24, columns: int = 80, term: str | None = "dumb") -> Talk:
    return Talk(guest.entered(["vmaccess-agent", "console", *args]), rows=rows, columns=columns, term=term)


def lock_out(guest: Guest, account: Account) -> None:
    guest.sh(f"passwd -l {account.user}; chage -E 2020-01-01 {account.user}; rm /home/{account.user}/.ssh/authorized_keys; "
             f"gpasswd -d {account.user} sudo")


def agent(guest: Guest) -> int:
    """The host's pid of the agent in the guest."""
    for stat in Path("/proc").glob("[0-9]*/root"):
        try:
            if os.readlink(stat.parent / "exe") == "/usr/bin/vmaccess-agent" and os.path.samefile(stat, guest.root):
                return int(stat.parent.name)
        except OSError:
            pass
    raise LookupError("no agent runs in the guest")


@pytest.mark.parametrize(("rows", "columns", "term"), [(24, 80, "dumb"), (0, 0, None)])
def test_a_locked_out_user_gets_back_in(guest: Guest, keypair: MakeKey, rows: int, columns: int, term: str | None) -> None:
    account = make_account(guest, keypair(name="old"))
    key = keypair("rsa", name="new")
    lock_out(guest, account)
    assert not guest.login("alice", key=account.key) and not guest.login("alice", password=account.password)

    pieces = [key.public[start:start + 76] for start in range(0, len(key.public), 76)]
    with console(guest, rows=rows, columns=columns, term=term) as talk:
        talk.answer(MENU, "9")
        talk.expect('"9" is none of the numbers 1 to 6.')
        talk.answer(MENU, "2")
        talk.answer("Who is to get back in", "-alice")
        talk.expect('The name "-alice" begins with "-"')
        talk.answer("Who is to get back in", "alicf\x7fe")
        talk.answer("What is alice to get", "3")
        talk.answer("New password of alice, which is not shown", PASSWORD)
        talk.answer("The same password again", PASSWORD + "x")
        talk.expect("The two are not the same")
        talk.answer("New password of alice", PASSWORD)
        talk.answer("The same password again", PASSWORD)
        talk.expect("The key, which is not shown: ")
        talk.type("\r".join(pieces) + "\r\r")
        talk.expect(r"Read: a key of type ssh-rsa \(guestlab\)")
        talk.expect("This is what will be done:")
        for words in ("take away the account's end", "set the password of alice", "add a key", "grant sudo to alice"):
            assert talk.expect(words)
        talk.answer("Do this", "maybe")
        talk.answer("Type yes or no", "")  # the mistake's sentence, then the question stands again
        talk.expect("Nothing was changed")
        talk.expect(MENU)
        assert not guest.login("alice", key=key)

        talk.type("2\ralice\r3\r" + PASSWORD + "\r" + PASSWORD + "\r" + "\r".join(pieces) + "\r\r")  # typed ahead
        talk.answer("Do this", "yes")
        talk.expect(r"step 1 of \d")
        talk.expect("asking sshd whether it lets alice in")
        talk.expect("SUCCESS: Enable succeeded. sshd let alice in by key and by password")
        talk.expect("Next: log in over SSH as alice")
        talk.answer(MENU, "5")
        talk.expect(r"success \(")
        talk.answer(MENU, "6")
        assert talk.end() == 0
        assert talk.attributes() == talk.before
        shown = talk.text()
    assert PASSWORD not in shown and pieces[1][:40] not in shown
    assert all(len(line) < 80 for line in shown.splitlines() if "Type" not in line), shown
    assert guest.login("alice", key=key) and guest.login("alice", password=PASSWORD)
    assert guest.sudo_works("alice", key=key, sudo_password=PASSWORD)
    assert not traces(guest, PASSWORD)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_it_can_be_piped(guest: Guest, keypair: MakeKey, end: str) -> None:
    make_account(guest, keypair())
    guest.run(["passwd", "-l", "alice"])
    typed = end.join(["2", "alice", "1", PASSWORD, PASSWORD, "yes", "6", ""])
    said = guest.run(["vmaccess-agent", "console"], input=typed)
    assert "SUCCESS: Enable succeeded." in said.stdout and PASSWORD not in said.stdout
    assert guest.login("alice", password=PASSWORD)


def test_the_end_of_a_pipe_ends_it(guest: Guest) -> None:
    before = snapshot(guest, PLACES)
    said = guest.run(["vmaccess-agent", "console"], input="2\nalice\n1\nsomething", check=False)
    assert said.returncode == 1
    assert "The input has ended. What was being asked for is not carried out; nothing is half done" in " ".join(said.stdout.split())
    assert diff(before, snapshot(guest, PLACES)) == ""


# Each leads to one question; the last pattern is the question's.
_PROMPTS = [
    (["1"], "Whose login"), (["2"], "Who is to get back in"), (["2", "alice"], "What is alice to get"),
    (["2", "alice", "1"], "New password"), (["2", "alice", "1", PASSWORD], "The same password again"),
    (["2", "alice", "2"], "The key, which is not shown"), (["2", "alice", "1", PASSWORD, PASSWORD], "Do this"),
    (["3"], "Do this"), ([], "Type a number"),
]


def test_every_question_can_be_left(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    guest.run(["passwd", "-l", "alice"])
    guest.agent.settle()
    before = snapshot(guest, PLACES)
    for typed, question in _PROMPTS:
        for how in ("ctrl-c", "hang-up", "SIGTERM"):
            with console(guest) as talk:
                talk.expect(MENU)
                talk.type("".join(word + "\r" for word in typed) + "left over")
                if typed:
                    talk.expect(question)
                if how == "hang-up":
                    talk.hang_up()
                    assert talk.end() != 0, (typed, how)
                    continue
                if how == "ctrl-c":
                    talk.type("\x03")
                else:
                    os.kill(agent(guest), signal.SIGTERM)
                talk.expect("To begin again, type: vmaccess-agent console")
                assert talk.end() == 1, (typed, how)
                assert talk.attributes() == talk.before, (typed, how)
                assert PASSWORD not in talk.text()
    assert diff(before, snapshot(guest, PLACES)) == ""


def test_a_crash_restores_the_terminal(guest: Guest) -> None:
    guest.agent.settle()
    with console(guest) as talk:
        talk.expect(MENU)
        talk.type("2\ralice\r1\r")
        talk.expect("New password")
        assert talk.attributes() != talk.before
        os.kill(agent(guest), signal.SIGTRAP)  # what a failed precondition of Swift's is
        talk.end()
        assert talk.attributes() == talk.before


def test_nobody_there_is_noticed(guest: Guest) -> None:
    with console(guest, "--idle", "1") as talk:
        talk.answer(MENU, "2")
        talk.expect("Nothing was typed for a second, so this session ends. What was being asked for is not carried out; nothing is half done")
        assert talk.end() == 1 and talk.attributes() == talk.before


def test_a_run_that_is_stopped_leaves_all_as_it_was(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    lock_out(guest, account)
    # Slow the first time, when it is to change; not when it takes that back.
    guest.sh("mv /usr/sbin/usermod /usr/sbin/usermod.real")
    guest.write("/usr/sbin/usermod", """#!/bin/sh
[ -e /run/reached ] || { touch /run/reached; sleep 60; }
exec /usr/sbin/usermod.real "$@"
""", mode=0o755)
    before = snapshot(guest, ("/etc", "/home"))
    with console(guest) as talk:
        talk.expect(MENU)
        talk.type(f"2\ralice\r1\r{PASSWORD}\r{PASSWORD}\ryes\r")
        talk.expect("step 1 of")
        deadline = time.monotonic() + 30
        while not guest.exists("/run/reached") and time.monotonic() < deadline:
            time.sleep(0.05)
        talk.type("\x03")
        talk.expect("the agent was told to stop")
        talk.expect("everything is as it was")
        talk.expect("To begin again")
        talk.end()
        assert talk.attributes() == talk.before
    assert diff(before, snapshot(guest, ("/etc", "/home"))) == ""
    assert not os.listdir(guest.host_path("/var/lib/vmaccess-agent/transactions"))


def test_ssh_is_reset(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    make_account(guest, key)
    guest.write("/etc/ssh/sshd_config.d/00-broken.conf", "PermitRootLogin perhaps\n")
    guest.sh("systemctl stop ssh.service")
    assert not guest.login("alice", key=key)
    with console(guest) as talk:
        talk.answer(MENU, "3")
        talk.expect("This is what will be done:")
        talk.answer("Do this", "yes")
        talk.expect("SUCCESS: Enable succeeded. sshd answers")
        talk.answer(MENU, "6")
        assert talk.end() == 0
    assert guest.login("alice", key=key)


def test_what_is_wrong_is_shown(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    guest.sh("chage -E 2020-01-01 alice; systemctl stop ssh.service")
    before = snapshot(guest, PLACES)
    said = guest.run(["vmaccess-agent", "console"], input="1\nalice\n1\n\n6\n").stdout
    of_alice, _, of_all = said.partition("SSH service, 20")
    assert "account-ends" in of_alice and "service-not-serving" in of_alice, said
    assert "service-not-serving" in of_all and "account-ends" not in of_all, said
    assert "Next: 2 removes" in of_alice and all(len(line) < 80 for line in said.splitlines() if "Type" not in line)
    assert diff(before, snapshot(guest, PLACES)) == ""


def test_the_last_change_is_put_back(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair(name="old"))
    before, key = guest.read("/home/alice/.ssh/authorized_keys"), keypair(name="new")
    typed = "\n".join(["2", "alice", "2", key.public, "", "yes", "4", ""])
    said = guest.run(["vmaccess-agent", "console"], input=typed, check=False).stdout
    assert "This is what will be put back:" in said and "add a key to ~/.ssh/authorized_keys" in said
    assert guest.login("alice", key=key)
    said = " ".join(guest.run(["vmaccess-agent", "console"], input="4\nyes\n4\n6\n").stdout.split())
    assert "SUCCESS: transaction" in said and "there is nothing to undo" in said, said
    assert not guest.login("alice", key=key)
    assert guest.read("/home/alice/.ssh/authorized_keys") == before


def test_an_ordinary_user_is_told_to_use_sudo(guest: Guest) -> None:
    guest.sh("useradd -m eve")
    said = guest.run(["vmaccess-agent", "console"], input="6\n", user="eve", check=False)
    assert said.returncode == 1 and "it takes root; try sudo vmaccess-agent console" in said.stderr


def rescue(guest: Guest, *lines: str, check: bool = True) -> str:
    """A session in the tree of a guest that is not booted: no systemd, as under init=/bin/bash."""
    return guest.run(["vmaccess-agent", "console"], input="\r".join([*lines, ""]), check=check).stdout


def test_in_a_rescue_shell_the_proof_waits_for_the_boot(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest, key = make_guest(), keypair(name="new")
    account = make_account(guest, keypair(name="old"))
    lock_out(guest, account)
    guest.sh("ln -sf /dev/null /etc/systemd/system/ssh.service")
    said = rescue(guest, "2", "alice", "3", PASSWORD, PASSWORD, key.public, "", "yes", "3", "yes", "6")
    assert "This is a rescue shell: systemd does not run" in said
    assert "sshd is asked at the next boot" in said and "WARNING: done, but not proven: this is a rescue shell" in " ".join(said.split())
    assert "SSH is reset at the next boot" in " ".join(said.split()) and "type: reboot -ff" in " ".join(said.split())
    assert PASSWORD not in said
    assert guest.agent.status().status == "warning"
    left = guest.sh("cat /var/lib/vmaccess-agent/put-off/*").stdout
    assert key.public in left and PASSWORD not in left

    guest.boot()
    status = guest.wait_status("console")
    assert status.status in ("success", "warning"), status
    deadline = time.monotonic() + 60
    while os.listdir(guest.host_path("/var/lib/vmaccess-agent/put-off")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not os.listdir(guest.host_path("/var/lib/vmaccess-agent/put-off"))
    assert guest.login("alice", key=key) and guest.login("alice", password=PASSWORD)
    assert "vmaccess-agent: console: " in guest.console()
    assert not traces(guest, PASSWORD)


@pytest.mark.parametrize(("how", "verdict"), [("2", "success"), ("1", "warning")])
def test_the_boot_proves_what_a_rescue_shell_did(make_guest: MakeGuest, keypair: MakeKey, how: str, verdict: str) -> None:
    guest, key = make_guest(), keypair(name="new")
    lock_out(guest, make_account(guest, keypair(name="old")))
    rescue(guest, "2", "alice", how, *([key.public, ""] if how == "2" else [PASSWORD, PASSWORD]), "yes", "6")
    guest.boot()
    status = guest.wait_status("console")
    assert status.status == verdict, status
    if how == "2":
        assert guest.login("alice", key=key)
        assert "console: success: Enable succeeded. sshd let alice in by key" in " ".join(guest.console().split())
    else:
        assert "was not kept and so not tried: log in with it once" in status.message
        assert guest.login("alice", password=PASSWORD)


def test_emergency_mode_is_a_rescue_shell(guest: Guest, keypair: MakeKey) -> None:
    key = keypair(name="new")
    lock_out(guest, make_account(guest, keypair(name="old")))
    # Its shell would end at once, since nobody types at the guest's console, and systemd go on to boot.
    guest.sh("mkdir -p /etc/systemd/system/emergency.service.d")
    guest.write("/etc/systemd/system/emergency.service.d/stay.conf", "[Service]\nExecStart=\nExecStart=/bin/sleep infinity\n")
    guest.sh("systemctl daemon-reload; systemctl --no-block isolate emergency.target; until systemctl is-active -q emergency.target; do sleep 0.1; done")
    said = " ".join(rescue(guest, "2", "alice", "2", key.public, "", "yes", "6").split())
    assert "This is a rescue shell: systemd is in emergency or rescue mode" in said and "type: systemctl reboot" in said, said
    assert "WARNING: done, but not proven: this is a rescue shell" in said
    guest.reboot()
    assert guest.wait_status("console").status == "success"
    assert guest.login("alice", key=key)


def test_without_proc_it_says_what_to_type(make_guest: MakeGuest, run: Run) -> None:
    guest = make_guest()
    said = run.execute(["chroot", guest.host_path("/"), "/usr/bin/vmaccess-agent", "console"], input="6\n", check=False)
    assert said.returncode == 1 and "/proc is not mounted. Type: mount -t proc proc /proc" in said.stderr, said
