"""A removed user is gone with all that is theirs; a later one of that name inherits nothing; nobody else loses anything."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from account_checks import NEW_PASSWORD, others, success
from conftest import MakeGuest, MakeKey
from guestlab import Guest, diff, snapshot
from guestlab.lockouts import make_account

pytestmark = pytest.mark.package


def _admin(guest: Guest) -> None:
    """Somebody else who can log in and become root."""
    guest.sh("useradd --create-home --groups sudo --shell /bin/bash boss; echo boss:Boss-horse-9-x | chpasswd")


def test_a_user_is_removed_whole(guest: Guest, keypair: MakeKey) -> None:
    _admin(guest)
    guest.sh("useradd --create-home al; mkdir -p /etc/ssh/keys /var/spool/cron/crontabs /var/spool/cron/atjobs /var/lib/systemd/linger")
    guest.write("/etc/sudoers.d/waagent", "al ALL=(ALL) ALL\nalice ALL=(ALL) NOPASSWD: ALL\nboss ALL=(ALL) ALL\n", mode=0o440)
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\n")
    for name in ("al", "alice"):
        guest.write(f"/var/spool/cron/crontabs/{name}", "@daily true\n", mode=0o600)
        guest.write(f"/etc/ssh/keys/{name}", keypair(name=name).public + "\n")
        guest.write(f"/var/mail/{name}", "x\n", mode=0o660)
        guest.write(f"/var/lib/systemd/linger/{name}", "")
    account = make_account(guest, keypair())
    guest.sh("install -o alice -g alice /dev/null /var/spool/cron/atjobs/a0001; touch /var/spool/cron/atjobs/a0002")
    before = others(guest, "alice")
    guest.sh("systemd-run --uid=alice --unit=hers sleep 600; systemd-run --uid=alice --unit=stubborn "
             "sh -c 'trap \"\" TERM; while :; do sleep 1; done'")
    status = guest.agent.request({"remove_user": "alice"})
    success(status)
    assert not guest.login("alice", key=account.key)
    assert guest.run(["pgrep", "-u", "1001"], check=False).stdout == "" or "alice" not in guest.read("/etc/passwd")
    for path in ("/home/alice", "/var/spool/cron/crontabs/alice", "/var/mail/alice", "/etc/ssh/keys/alice",
                 "/var/lib/systemd/linger/alice", "/var/spool/cron/atjobs/a0001"):
        assert not guest.exists(path), path
    for path in ("/home/al", "/var/spool/cron/crontabs/al", "/var/mail/al", "/etc/ssh/keys/al",
                 "/var/lib/systemd/linger/al", "/var/spool/cron/atjobs/a0002"):
        assert guest.exists(path), path
    assert guest.read("/etc/sudoers.d/waagent") == "al ALL=(ALL) ALL\nboss ALL=(ALL) ALL\n"
    for path in ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid"):
        assert not any(line.startswith("alice:") for line in guest.read(path).splitlines()), path
        assert "alice" not in guest.read(path)
    assert guest.run(["ps", "-o", "pid=", "-u", "1002"], check=False).stdout.strip() == ""
    after = others(guest, "alice")
    assert after[0] == before[0]
    changed = [line for line in diff(before[1], after[1]).splitlines() if not line.startswith("    ")]
    assert changed == ["/etc/ssh/keys/alice: removed", "/etc/sudoers.d/waagent: content"]
    guest.run(["visudo", "-c"])
    again = success(guest.agent.request({"remove_user": "alice"}))
    assert "there is no user alice" in again.message


def test_a_later_user_of_that_name_inherits_nothing(guest: Guest, keypair: MakeKey) -> None:
    _admin(guest)
    old = keypair(name="old")
    success(guest.agent.request({"username": "alice", "ssh_key": old.public, "password": NEW_PASSWORD}))
    assert guest.login("alice", key=old) and guest.sudo_works("alice", key=old, sudo_password=NEW_PASSWORD)
    success(guest.agent.request({"remove_user": "alice"}))
    guest.sh("useradd --create-home --shell /bin/bash alice")
    new = keypair(name="new")
    guest.sh("install -d -m 700 -o alice -g alice /home/alice/.ssh")
    guest.write("/home/alice/.ssh/authorized_keys", new.public + "\n", mode=0o600, owner="alice")
    assert guest.login("alice", key=new)
    assert not guest.login("alice", key=old)
    assert not guest.login("alice", password=NEW_PASSWORD)
    assert not guest.sudo_works("alice", key=new)


def test_a_home_left_behind_is_not_inherited(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(name="old"))
    guest.sh("userdel alice; groupdel sudo-none 2>/dev/null || true")
    new = keypair(name="new")
    success(guest.agent.request({"username": "alice", "ssh_key": new.public}))
    assert guest.login("alice", key=new)
    assert not guest.login("alice", key=account.key)
    kept = guest.sh("ls -d /home/alice.vmaccess-agent-*").stdout.split()
    assert len(kept) == 1 and account.key.public in guest.read(f"{kept[0]}/.ssh/authorized_keys")


@pytest.mark.parametrize(("name", "word"), [
    ("daemon", "system account"), ("nobody", "system account"), ("toor", "system account"), ("root", "root"),
    ("alice", "last user who can log in here and become root"),
])
def test_some_are_not_removed(make_guest: MakeGuest, keypair: MakeKey, name: str, word: str) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.sh("useradd --non-unique --uid 0 toor")
    guest.boot()
    before = snapshot(guest)
    status = guest.agent.request({"remove_user": name})
    assert status.status == "error" and word in status.message, str(status)
    assert diff(before, snapshot(guest)) == ""
    assert guest.login("alice", key=account.key)


def test_nobody_there_is_a_success_that_says_so(guest: Guest) -> None:
    before = snapshot(guest)
    status = success(guest.agent.request({"remove_user": "ghost"}))
    assert "there is no user ghost" in status.message
    assert diff(before, snapshot(guest)) == ""


@pytest.mark.parametrize(("script", "kept"), [
    ("mv /home/alice /srv/alice; ln -s /srv/alice /home/alice", "/srv/alice"),
    ("usermod --home / alice", "/etc/passwd"),
    ("usermod --home /home/boss alice", "/home/boss"),
    ("usermod --home /srv alice; chown alice /srv", "/srv"),
    ("chown -R boss /home/alice", "/home/alice"),
    ("mkdir /home/alice/nested; usermod --home /home/alice/nested boss", "/home/alice/nested"),
], ids=["link", "root", "another's", "system", "owned by another", "holds another's"])
def test_a_home_that_is_not_its_own_stays(make_guest: MakeGuest, keypair: MakeKey, script: str, kept: str) -> None:
    guest = make_guest()
    make_account(guest, keypair())
    _admin(guest)
    guest.sh(script)
    guest.boot()
    seen = snapshot(guest, [kept])
    status = success(guest.agent.request({"remove_user": "alice"}))
    assert "is kept" in str(status)
    if kept != "/etc/passwd":
        assert diff(seen, snapshot(guest, [kept])) == ""
    assert not any(line.startswith("alice:") for line in guest.read("/etc/passwd").splitlines())


def test_a_home_with_a_mount_in_it_leaves_that_alone(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    _admin(guest)
    # Of the same file system: rm --one-file-system would go into it.
    guest.sh("mkdir '/home/alice/i n'; mount --bind /etc '/home/alice/i n'")
    before = snapshot(guest, ["/etc/ssh", "/home/alice/.ssh"])
    status = success(guest.agent.request({"remove_user": "alice"}))
    assert "mounted" in str(status)
    assert diff(before, snapshot(guest, ["/etc/ssh", "/home/alice/.ssh"])) == ""


def test_a_home_of_many_and_deep_folders_goes(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    _admin(guest)
    guest.sh("cd /home/alice; i=0; while [ $i -lt 1500 ]; do mkdir d; cd -P d; touch f; i=$((i+1)); done; "
             "ln -s /etc/ssh /home/alice/link; chmod 0 /home/alice/.ssh")
    before = snapshot(guest, ["/etc/ssh"])
    success(guest.agent.request({"remove_user": "alice"}))
    assert not guest.exists("/home/alice")
    assert diff(before, snapshot(guest, ["/etc/ssh"])) == ""


def test_an_open_session_ends(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    _admin(guest)
    uid = guest.run(["id", "-u", "alice"]).stdout.strip()
    with ThreadPoolExecutor() as pool:
        # One that ends when it is asked to, and one that does not.
        asked = pool.submit(guest.login, "alice", key=account.key, command="echo in; exec sleep 300", timeout=90)
        deaf = pool.submit(guest.login, "alice", key=account.key, timeout=90,
                           command="trap '' TERM HUP; echo in; while :; do sleep 1; done")
        deadline = time.monotonic() + 20
        while guest.run(["pgrep", "-c", "-u", uid, "sleep"], check=False).stdout.strip() != "2":
            assert time.monotonic() < deadline, "the sessions have not begun"
            time.sleep(0.1)
        status = success(guest.agent.request({"remove_user": "alice"}))
        start = time.monotonic()
        for session in (asked.result(), deaf.result()):
            assert session.stdout == "in\n" and not session.ok, session
            assert "no answer within" not in session.stderr, session
        assert time.monotonic() - start < 10, "the client was not told"
    assert guest.run(["pgrep", "-u", uid], check=False).stdout == "", str(status)
    assert guest.run(["getent", "passwd", "alice"], check=False).stdout == ""


OLD_PASSWORDS = "/etc/security/opasswd"


def test_old_passwords_are_forgotten(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    _admin(guest)
    theirs = "al:1002:1:$6$al$hash\n\nboss:1003:2:$6$x$alice:,$6$y$\xff\n#alice:0:0:\nlast:1:1:h".encode("latin-1")
    guest.write(OLD_PASSWORDS, b"alice:1001:1:$6$old$secrethash\n" + theirs.replace(b"\n\n", b"\nalice:1001:1:$6$secrethash\n\n"),
                mode=0o640)
    guest.sh(f"chgrp shadow {OLD_PASSWORDS}")
    before = guest.run(["stat", "-c", "%a %U %G", OLD_PASSWORDS]).stdout
    status = success(guest.agent.request({"remove_user": "alice"}))
    assert guest.read_bytes(OLD_PASSWORDS) == theirs, str(status)
    assert guest.run(["stat", "-c", "%a %U %G", OLD_PASSWORDS]).stdout == before
    left = guest.run(["grep", "-rl", "secrethash", "/etc", "/var/lib/vmaccess-agent", "/var/log", "/run"], check=False).stdout
    assert left == ""
    again = success(guest.agent.request({"remove_user": "alice"}))
    assert "opasswd" not in str(again)


def test_old_passwords_come_back_when_the_removal_fails(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    _admin(guest)
    old = "alice:1001:1:$6$old$secrethash\nboss:1003:1:$6$x\n"
    guest.write(OLD_PASSWORDS, old, mode=0o600)
    # The last step that can be undone is the one that fails.
    guest.sh("mkdir -p /run/faillock; touch /run/faillock/alice; mount --bind /run/faillock /run/faillock; "
             "mount -o remount,ro,bind /run/faillock")
    status = guest.agent.request({"remove_user": "alice"})
    assert status.status == "error" and "everything is as it was" in status.message, str(status)
    assert guest.read(OLD_PASSWORDS) == old
    assert guest.run(["grep", "-rl", "secrethash", "/var/lib/vmaccess-agent"], check=False).stdout == ""


def test_grants_by_alias_and_group_go_too(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(), sudo=False)
    _admin(guest)
    guest.write("/etc/sudoers.d/50-site", "User_Alias OPS = alice, boss\nUser_Alias HERS = alice : BOTH = boss,alice\n"
                "OPS ALL=(ALL) /bin/ls\nHERS ALL=(ALL:ALL) NOPASSWD: ALL\n%alice ALL=(ALL) NOPASSWD: /bin/id\n", mode=0o440)
    guest.write("/etc/sudoers.d/60-lent", "Runas_Alias AS = alice\nboss ALL=(AS) ALL\n", mode=0o440)
    assert guest.sudo_works("alice", key=account.key)
    status = success(guest.agent.request({"remove_user": "alice"}))
    assert guest.read("/etc/sudoers.d/50-site") == (
        "User_Alias OPS = boss\nUser_Alias HERS = #4294967295 : BOTH = boss\n"
        "OPS ALL=(ALL) /bin/ls\nHERS ALL=(ALL:ALL) NOPASSWD: ALL\n"), str(status)
    # What others may do as somebody of that name is theirs, and told.
    assert guest.read("/etc/sudoers.d/60-lent") == "Runas_Alias AS = alice\nboss ALL=(AS) ALL\n"
    assert "/etc/sudoers.d/60-lent:1 lets others run commands as alice" in str(status)
    guest.run(["visudo", "-c"])
    make_account(guest, account.key, sudo=False)
    assert guest.login("alice", key=account.key)
    said = guest.run(["sudo", "-n", "-l", "-U", "alice"], check=False).stdout
    assert "not allowed to run sudo" in said, said
    assert "/bin/ls" in guest.run(["sudo", "-n", "-l", "-U", "boss"], check=False).stdout


def _opened(guest: Guest, keypair: MakeKey) -> None:
    """alice's password login is opened for her alone."""
    make_account(guest, keypair())
    _admin(guest)
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "PasswordAuthentication no\n")
    guest.run(["systemctl", "reload", "ssh"])
    success(guest.agent.request({"username": "alice", "password": NEW_PASSWORD}))
    assert guest.login("alice", password=NEW_PASSWORD)


def test_what_was_opened_in_sshd_is_closed_at_once(guest: Guest, keypair: MakeKey) -> None:
    _opened(guest, keypair)
    own = f"/etc/ssh/sshd_config.d/00-vmaccess-agent-{b'alice'.hex()}.conf"
    assert guest.exists(own)
    success(guest.agent.request({"remove_user": "alice"}))
    assert not guest.exists(own)
    # The running sshd has forgotten it, not only the file.
    make_account(guest, keypair(name="later"), password=NEW_PASSWORD)
    assert not guest.login("alice", password=NEW_PASSWORD)
    guest.sh("sed -i /PasswordAuthentication/d /etc/ssh/sshd_config.d/20-site.conf; systemctl reload ssh")
    assert guest.login("alice", password=NEW_PASSWORD)


def test_a_broken_sshd_keeps_nobody_from_being_removed(guest: Guest, keypair: MakeKey) -> None:
    _opened(guest, keypair)
    guest.write("/etc/ssh/sshd_config.d/30-broken.conf", "Port A\n")
    before = guest.run(["systemctl", "show", "-P", "MainPID", "ssh"]).stdout
    success(guest.agent.request({"remove_user": "alice"}))
    assert not guest.exists(f"/etc/ssh/sshd_config.d/00-vmaccess-agent-{b'alice'.hex()}.conf")
    assert guest.run(["systemctl", "show", "-P", "MainPID", "ssh"]).stdout == before
    guest.run(["pgrep", "-f", "sshd.*listener"])


def test_old_passwords_go_from_the_copies_too_while_others_write(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    _admin(guest)
    guest.sh("sed -i '/pam_unix.so/i password requisite pam_pwhistory.so remember=5 use_authtok' /etc/pam.d/common-password; mkdir /srv/old")
    guest.sh("echo 'password requisite pam_pwhistory.so file=/srv/old/passwords' >/etc/pam.d/other-site")
    mine, theirs = "alice:1001:1:$6$old$secrethash\n", "boss:1002:1:$6$x$y\n"
    for path in (OLD_PASSWORDS, f"{OLD_PASSWORDS}.old", "/srv/old/passwords"):
        guest.write(path, mine + theirs, mode=0o600)
    # Somebody holds the lock for a while, as pam_unix does.
    guest.sh("cat >/run/hold.py; systemd-run --unit=hold perl /run/hold.py", input="""
use Fcntl; open(my $file, '>>', '/etc/.pwd.lock'); my $lock = pack('s s l! l! i', F_WRLCK, 0, 0, 0, 0);
fcntl($file, F_SETLKW, $lock) or die; open(my $said, '>', '/run/held'); close $said; sleep 3; unlink '/run/held';
""")
    guest.sh("for i in $(seq 100); do [ -e /run/held ] && exit 0; sleep 0.05; done; exit 1")
    success(guest.agent.request({"remove_user": "alice"}))
    assert not guest.exists("/run/held")
    for path in (OLD_PASSWORDS, f"{OLD_PASSWORDS}.old", "/srv/old/passwords"):
        assert guest.read(path) == theirs, path
