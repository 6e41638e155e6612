"""The network of one boot: the guest's namespace and the client's, joined by a veth pair.

New for every boot, so that a firewall does not outlive its guest. The namespaces are kept by mounts below the
run's directory and not by names in /run/netns: nothing global, so concurrent runs cannot collide, and all guests
can have the same addresses.
"""

from __future__ import annotations

from pathlib import Path

from .cleanup import unmount
from .run import Run

GUEST4, CLIENT4 = "10.77.0.2", "10.77.0.1"
GUEST6, CLIENT6 = "fd77::2", "fd77::1"


class Network:
    """Two namespaces, usable at once in IPv4 and IPv6."""

    def __init__(self, run: Run, directory: Path) -> None:
        self._run = run
        self.guest = directory / "net-guest"
        self.client = directory / "net-client"
        try:
            for pin in (self.guest, self.client):
                pin.touch()
                run.execute(["unshare", f"--net={pin}", "true"])
            self._configure(self.guest, GUEST4, GUEST6, first=f"link add eth0 type veth peer name eth0 netns {self.client}",
                            last=f"route add default via {CLIENT4}\nroute add default via {CLIENT6}")
            self._configure(self.client, CLIENT4, CLIENT6)
        except BaseException:
            self.close()
            raise

    def _configure(self, namespace: Path, ipv4: str, ipv6: str, first: str = "", last: str = "") -> None:
        # nodad: an address under duplicate address detection refuses connections for a second or two.
        script = f"""\
{first}
link set lo up
addr add {ipv4}/24 dev eth0
addr add {ipv6}/64 dev eth0 nodad
link set eth0 up
{last}
"""
        self._run.execute(["nsenter", f"--net={namespace}", "ip", "-batch", "-"], input=script)

    def close(self) -> None:
        """The kernel removes both namespaces, veth and rules included, when their last process is gone."""
        for pin in (self.guest, self.client):
            if pin.exists():
                unmount(pin)
                pin.unlink(missing_ok=True)
