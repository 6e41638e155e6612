"""Runs in a guest: drives Debian's waagent, the real one, against a wire server of our own on the loopback.

    python3 fabric.py PLAN

PLAN is JSON: {"zip": path, "certificate": path, "key": path, "steps": [{"version", "seq", "state", "settings"}]}.
For each step a new goal state is offered; waagent downloads, installs and runs the extension as it does in Azure, and puts its
status where Azure reads it: that is what is printed, a JSON list with one element for each step.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

NAME = "Microsoft.OSTCExtensions.VMAccessForLinux"
LIB = "/var/lib/waagent"

plan = json.load(open(sys.argv[1]))
step = {}
incarnation = 0
uploads = []


def certificates():
    """As the platform sends them: PKCS #12 in an envelope for the transport certificate that the agent has made."""
    pfx = subprocess.run(["openssl", "pkcs12", "-export", "-in", plan["certificate"], "-inkey", plan["key"], "-passout", "pass:"],
                         check=True, capture_output=True).stdout
    sealed = subprocess.run(["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", "-aes256", f"{LIB}/TransportCert.pem"],
                            input=pfx, check=True, capture_output=True).stdout
    return (f"<CertificateFile><Version>2010-12-15</Version><Incarnation>{incarnation}</Incarnation>"
            f"<Format>Pkcs7BlobWithPfxContents</Format><Data>{base64.encodebytes(sealed).decode()}</Data></CertificateFile>")


def goal_state():
    base = "http://127.0.0.1/machine"
    return (f"<GoalState><Version>2010-12-15</Version><Incarnation>{incarnation}</Incarnation><Machine><ExpectedState>Started"
            "</ExpectedState></Machine><Container><ContainerId>c0ffee00-0000-0000-0000-000000000000</ContainerId><RoleInstanceList>"
            "<RoleInstance><InstanceId>i.vm</InstanceId><Configuration>"
            f"<HostingEnvironmentConfig>{base}/hosting</HostingEnvironmentConfig><SharedConfig>{base}/shared</SharedConfig>"
            f"<ExtensionsConfig>{base}/extensions</ExtensionsConfig><Certificates>{base}/certificates</Certificates>"
            "<ConfigName>c.xml</ConfigName></Configuration></RoleInstance></RoleInstanceList></Container></GoalState>")


def extensions():
    settings = "" if step.get("settings") is None else f'<RuntimeSettings seqNo="{step["seq"]}">{escape(step["settings"])}</RuntimeSettings>'
    where = "http://127.0.0.1/manifest"
    return ('<Extensions version="1.0.0.0" goalStateIncarnation="1"><GAFamilies/><Plugins>'
            f'<Plugin name="{NAME}" version="{step["version"]}" location="{where}" state="{step["state"]}" autoUpgrade="false" '
            f'failoverlocation="{where}" runAsStartupTask="false" isJson="true" useExactVersion="true"/></Plugins>'
            f'<PluginSettings><Plugin name="{NAME}" version="{step["version"]}">{settings}</Plugin></PluginSettings>'
            '<StatusUploadBlob statusBlobType="BlockBlob">http://127.0.0.1/blob</StatusUploadBlob></Extensions>')


def manifest():
    versions = sorted({one["version"] for one in plan["steps"]})
    plugins = "".join(f"<Plugin><Version>{version}</Version><Uris><Uri>http://127.0.0.1/zip</Uri></Uris></Plugin>" for version in versions)
    return f"<PluginVersionManifest><Plugins>{plugins}</Plugins></PluginVersionManifest>"


class Wire(BaseHTTPRequestHandler):
    def answer(self, body, code=200):
        data = body if isinstance(body, bytes) else body.encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = self.path
        if "comp=versions" in path:
            self.answer("<Versions><Preferred><Version>2012-11-30</Version></Preferred><Supported><Version>2012-11-30</Version>"
                        "</Supported></Versions>")
        elif "comp=goalstate" in path:
            self.answer(goal_state())
        elif path.endswith("/hosting"):
            self.answer('<HostingEnvironmentConfig version="1.0.0.0"><Deployment name="d"/><Incarnation number="1" instance="vm"/>'
                        '<Role guid="{0}" name="vm"/></HostingEnvironmentConfig>')
        elif path.endswith("/shared"):
            self.answer("<SharedConfig/>")
        elif path.endswith("/extensions"):
            self.answer(extensions())
        elif path.endswith("/certificates"):
            self.answer(certificates())
        elif path.startswith("/manifest"):
            self.answer(manifest())
        elif path.startswith("/zip"):
            self.answer(open(plan["zip"], "rb").read())
        elif path.startswith("/versions"):
            self.answer('["2015-09-01"]')
        else:
            self.answer("", 404)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path.startswith("/status"):
            body = base64.b64decode(json.loads(body)["content"])
        uploads.append(json.loads(body))
        self.answer("", 201)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.answer("", 202)

    def log_message(self, *_):
        pass


def main():
    for port in (80, 32526):
        threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", port), Wire).serve_forever, daemon=True).start()
    global step, incarnation
    import azurelinuxagent.common.conf as conf
    import azurelinuxagent.common.logger as logger
    from azurelinuxagent.common.protocol.wire import WireProtocol
    from azurelinuxagent.ga.exthandlers import ExtHandlersHandler

    conf.load_conf_from_file("/etc/waagent.conf")
    logger.add_logger_appender(logger.AppenderType.FILE, logger.LogLevel.INFO, path="/var/log/waagent.log")
    protocol, handler, results = None, None, []
    for step in plan["steps"]:
        if step.get("restart"):
            # The agent is started again: it knows nothing but what is on disk.
            protocol = None
        if step.get("run"):
            subprocess.run(["sh", "-ec", step["run"]], check=True)
        if not step.get("same"):
            incarnation += 1
        if protocol is None:
            protocol = WireProtocol("127.0.0.1")
            protocol.detect()
            handler = ExtHandlersHandler(protocol)
        else:
            protocol.client.update_goal_state()
        handler.run()
        handler.report_ext_handlers_status(incarnation_changed=True)
        results.append(uploads[-1]["aggregateStatus"]["handlerAggregateStatus"] if uploads else None)
    print("RESULTS " + json.dumps(results))


main()
