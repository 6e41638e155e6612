"""The command line, as a person at a console uses it."""

from __future__ import annotations

import json

import pytest
from conftest import MakeKey, package_tests
from guestlab import Guest, diff, snapshot

pytestmark = package_tests()

PASSWORD = "Correct-horse-9-staple"


def test_a_dry_run_prints_the_plan_and_changes_nothing(guest: Guest, keypair: MakeKey) -> None:
    places = ("/etc", "/home", "/var/lib/vmaccess-agent/status", "/var/lib/vmaccess-agent/transactions")
    before = snapshot(guest, places)
    settings = {"username": "bob", "ssh_key": keypair().public, "password": PASSWORD}
    said = guest.run(["vmaccess-agent", "apply", "--dry-run"], input=json.dumps(settings))
    for words in ("create the account bob", "set the password of bob", "add a key to ~/.ssh/authorized_keys", "grant sudo to bob"):
        assert words in said.stdout, said
    assert PASSWORD not in str(said)
    assert diff(before, snapshot(guest, places)) == ""


def test_apply_reads_a_file_and_leaves_it(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    guest.write("/root/settings.json", json.dumps({"username": "bob", "ssh_key": key.public}), mode=0o600)
    said = guest.run(["vmaccess-agent", "apply", "/root/settings.json"])
    assert "success: Enable succeeded." in " ".join(said.stdout.replace("vmaccess-agent: ", "").split())
    assert all(line.startswith("vmaccess-agent: ") and len(line) < 80 for line in said.stdout.splitlines())
    assert guest.exists("/root/settings.json")
    assert guest.login("bob", key=key)
    shown = guest.run(["vmaccess-agent", "status"]).stdout
    assert shown.startswith("success (") and "  proof: success: sshd let bob in by key" in shown


def test_without_a_proof_it_is_a_warning(guest: Guest, keypair: MakeKey) -> None:
    said = guest.run(["vmaccess-agent", "apply", "--json", "--no-proof"],
                     input=json.dumps({"username": "bob", "ssh_key": keypair().public}))
    status = json.loads(said.stdout)[0]["status"]
    assert status["status"] == "warning" and "not proven" in status["formattedMessage"]["message"]


def test_refused_settings_have_an_exit_code_of_their_own(guest: Guest) -> None:
    said = guest.run(["vmaccess-agent", "apply"], input='{"username": "-x", "password": "a"}', check=False)
    assert said.returncode == 3
    assert 'Enable failed: "username" "-x" begins with "-"' in " ".join(said.stdout.replace("vmaccess-agent: ", "").split())


@pytest.mark.parametrize(("words", "says"), [
    (["aply"], "did you mean apply?"),
    (["apply", "--dryrun"], 'unknown option "--dryrun"; did you mean --dry-run?'),
    (['apply', '--password=x'], 'unknown option "--password"'),
    (["apply", "one", "two"], 'too many operands for apply: "two"'),
    (["apply", "--json=yes"], "the option --json takes no value"),
    ([], "no verb"),
])
def test_a_wrong_command_line_is_explained(guest: Guest, words: list[str], says: str) -> None:
    said = guest.run(["vmaccess-agent", *words], check=False)
    assert said.returncode == 2 and says in said.stderr and said.stderr.count("\n") == 1, said


@pytest.mark.parametrize("verb", ["", "apply", "status", "run", "recover"])
def test_help_fits_a_screen(guest: Guest, verb: str) -> None:
    said = guest.run(["vmaccess-agent", *filter(None, [verb]), "--help"]).stdout
    assert said.startswith("usage: vmaccess-agent") and len(said.splitlines()) <= 24
    assert max(map(len, said.splitlines())) < 80


def test_an_ordinary_user_is_told_to_use_sudo(guest: Guest) -> None:
    guest.sh("useradd -m eve")
    said = guest.run(["vmaccess-agent", "apply"], input="{}", user="eve", check=False)
    assert said.returncode == 1 and "it takes root; try sudo vmaccess-agent" in said.stderr


def test_a_second_run_waits_for_the_first(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    one, two = (json.dumps({"username": name, "ssh_key": key.public}) for name in ("bob", "carol"))
    guest.write("/root/one", one)
    guest.write("/root/two", two)
    guest.sh("vmaccess-agent apply --json /root/one >/root/1.json & vmaccess-agent apply --json /root/two >/root/2.json; wait")
    for name in ("1", "2"):
        assert json.loads(guest.read(f"/root/{name}.json"))[0]["status"]["status"] == "success"
    assert guest.login("bob", key=key) and guest.login("carol", key=key)


def test_the_journal_has_it_by_message_id_and_fields(guest: Guest, keypair: MakeKey) -> None:
    assert guest.agent.request({"username": "bob", "ssh_key": keypair().public}, name="rescue").status == "success"
    records = [json.loads(line) for line in guest.sh(
        "journalctl -o json SYSLOG_IDENTIFIER=vmaccess-agent _SYSTEMD_UNIT=vmaccess-agent.service").stdout.splitlines()]
    ours = [record for record in records if record.get("VMACCESS_SOURCE") == "rescue"]
    assert len(ours) == 1 and ours[0]["VMACCESS_VERDICT"] == "success", records
    assert len({record["MESSAGE_ID"] for record in records if "MESSAGE_ID" in record}) == 1
