"""A person at the serial line of a real machine: from a rescue shell with a read-only root, and from a login."""

from __future__ import annotations

from conftest import MakeKey, MakeVM
from guestlab import Guest
from guestlab.lockouts import make_account

PASSWORD = "New-horse-7-staple"
OTHER = "Other-horse-8-staple"
ROOT = "Root-horse-9-staple"
MENU = "Type a number and press Enter: "


def test_a_person_gets_back_in_over_the_serial_line(make_vm: MakeVM, keypair: MakeKey) -> None:
    key, other = keypair("rsa", name="new"), keypair(name="other")

    def prepare(guest: Guest) -> None:
        for user in ("alice", "bob"):
            make_account(guest, keypair(name="old-" + user), user=user)
            guest.sh(f"passwd -l {user}; chage -E 2020-01-01 {user}; rm /home/{user}/.ssh/authorized_keys")
        guest.run(["chpasswd"], input=f"root:{ROOT}\n")

    vm = make_vm(prepare)

    # No service, no bus, and the kernel's own read-only root.
    vm.boot(wait=False, kernel="init=/bin/bash")
    line = vm.serial
    line.expect(r"root@\S+:/# ", timeout=300)
    line.type("vmaccess-agent console\r")
    line.expect("This is a rescue shell: systemd does not run")
    line.expect("The root file system is mounted read-only, so nothing can be changed yet")
    line.expect("Make it writable now")
    line.type("yes\r")
    line.expect("The root file system is writable now")
    line.expect(MENU)
    line.type("2\r")
    line.expect("Who is to get back in")
    line.type("alice\r")
    line.expect("What is alice to get")
    line.type("3\r")
    for _ in range(2):
        line.expect("is not shown|The same password again")
        line.type(PASSWORD + "\r")
    line.expect("The key, which is not shown: ")
    line.type("\r".join(key.public[start:start + 78] for start in range(0, len(key.public), 78)) + "\r\r")
    line.expect("This is what will be done", timeout=120)
    line.expect("Do this")
    line.type("yes\r")
    line.expect("WARNING: done, but not proven", timeout=180)
    line.expect(MENU)
    line.type("6\r")
    line.expect("reboot -ff")
    line.expect("The root file system is read-only again")
    line.expect(r"root@\S+:/# ")
    line.type("touch /written; stty -a\r")  # the shell has its terminal back
    line.expect("Read-only file system")
    line.expect(r"[^-]icanon.*[^-]echo ")
    vm.cut()
    assert PASSWORD not in line.text()

    vm.boot()
    status = vm.wait_status("console")
    assert status.status == "warning" and "was not kept and so not tried" in status.message, status
    assert status.part("proof").status == "success"
    assert vm.login("alice", key=key) and vm.login("alice", password=PASSWORD)
    assert not vm.login("bob", key=other)

    # The same from a login, with sshd there to be asked.
    line = vm.serial
    line.type("\r")
    line.expect("guest login: ")
    line.type("root\r")
    line.expect("Password: ")
    line.type(ROOT + "\r")
    line.expect(r"root@guest:~# ")
    line.type("vmaccess-agent console\r")
    line.expect(MENU)
    line.type("help\r")
    line.expect('"help" is none of the numbers 1 to 6')
    line.expect(MENU)
    line.type("2\r")
    line.expect("Who is to get back in")
    line.type("bob smith\r")
    line.expect('The name "bob smith" holds')
    line.expect("Who is to get back in")
    line.type("bob\r")
    line.expect("What is bob to get")
    line.type("3\r")
    line.expect("New password of bob")
    line.type(OTHER + "\r")
    line.expect("The same password again")
    line.type(OTHER + "r\r")
    line.expect("The two are not the same")
    for _ in range(2):
        line.expect("New password of bob|The same password again")
        line.type(OTHER + "\r")
    line.expect("The key, which is not shown: ")
    line.type(other.public + "\r\r")
    line.expect("Do this", timeout=120)
    line.type("yes\r")
    line.expect("asking sshd whether it lets bob in", timeout=120)
    line.expect("SUCCESS: Enable succeeded. sshd let bob in by key and by password", timeout=180)
    line.expect(MENU)
    line.type("6\r")
    line.expect(r"root@guest:~# ")
    assert OTHER not in line.text()
    assert vm.login("bob", key=other) and vm.login("bob", password=OTHER)
