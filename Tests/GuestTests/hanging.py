"""A FUSE file system that answers until it is mounted, and then never again. Run on the host: PID of the guest's init, a path."""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_NEW_MOUNTS = 0x00020000
_INIT, _INTERRUPT = 26, 36


def main(pid: str, path: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    device = os.open("/dev/fuse", os.O_RDWR)
    mounts = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
    if libc.setns(mounts, _NEW_MOUNTS) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    # allow_other: without it the kernel itself refuses root, at once.
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    if libc.mount(b"hanging", path.encode(), b"fuse", 0, options) != 0:
        raise OSError(ctypes.get_errno(), f"mount {path}")
    print("mounted", flush=True)
    while True:
        request = os.read(device, 1 << 20)
        _, opcode, unique = struct.unpack_from("=IIQ", request)
        if opcode == _INIT:
            _, minor, ahead, _ = struct.unpack_from("=IIII", request, 40)
            reply = struct.pack("=IIIIHHIIHHII24x", 7, minor, ahead, 0, 12, 9, 4096, 1, 1, 0, 0, 0)
            os.write(device, struct.pack("=IiQ", 16 + len(reply), 0, unique) + reply)
        elif opcode != _INTERRUPT:
            # Taken and not answered: whoever asked cannot even be killed until the connection goes with this process.
            print("asked", opcode, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
