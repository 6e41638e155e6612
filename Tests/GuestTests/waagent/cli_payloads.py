"""Runs under azure-cli's own Python: prints what `az vm user ...` would send, by its own functions.

Only the two calls to Azure are replaced: that which shows the VM, and that which sends the extension.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import azure.cli.command_modules.vm.custom as custom
import azure.cli.command_modules.vm.operations.vm as vm
import azure.cli.command_modules.vm.operations.vm_extension as vm_extension

sent = []


class Show:
    def __init__(self, cli_ctx):
        pass

    def __call__(self, command_args):
        return {"name": "vm", "location": "westeurope", "resources": [], "instanceView": {},
                "storageProfile": {"osDisk": {"osType": "Linux"}}, "osProfile": {"linuxConfiguration": {}}}


class Create(Show):
    def __call__(self, command_args):
        sent.append(command_args)


vm.VMShow = Show
vm_extension.VMExtensionCreate = Create
cmd = SimpleNamespace(cli_ctx=None)
for name, arguments in json.load(sys.stdin):
    getattr(custom, name)(cmd, "group", "vm", no_wait=True, **arguments)
print(json.dumps([{"protected": one["protected_settings"], "public": one["settings"], "type": one["type"], "publisher": one["publisher"]}
                  for one in sent]))
