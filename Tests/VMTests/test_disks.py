"""check_disk and repair_disk on disks that a machine really has, under the unit that may open few devices."""

from __future__ import annotations

from pathlib import Path

from conftest import MakeVM
from guestlab import Run
from vmlab import media


def test_a_damaged_disk_is_repaired_and_the_root_is_not_touched(make_vm: MakeVM, run: Run, tmp_path: Path) -> None:
    data = media.ext4(run, tmp_path / "data", {"notes": b"of mine"})
    run.execute(["debugfs", "-w", "-R", "set_inode_field notes links_count 7", data])
    vm = make_vm()
    disk = vm.plug(data, serial="DATA")
    vm.boot()
    node = vm.door.sh(f"readlink -f {disk.device(vm)}").stdout.strip()
    assert vm.door.sh(f"e2fsck -fn {node}", check=False).returncode & 4

    vm.drop("check", {"check_disk": True, "disk_name": node})
    status = vm.wait_status("check")
    assert status.status == "warning" and "has errors" in str(status), status
    vm.drop("repair", {"repair_disk": True, "disk_name": node})
    status = vm.wait_status("repair")
    assert status.status == "success" and "errors were corrected" in str(status), status
    assert vm.door.sh(f"e2fsck -fn {node}", check=False).returncode == 0

    root = vm.door.sh("findmnt -n -o SOURCE /").stdout.strip()
    vm.drop("root", {"repair_disk": True, "disk_name": root})
    status = vm.wait_status("root")
    assert status.status == "error" and "root file system" in str(status), status
