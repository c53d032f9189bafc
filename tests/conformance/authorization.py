"""authorization.py NODE SUITE: the suite's scenarios for authorization
servers, one case each; the person who signs in is played here."""
import re
import select
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode, urljoin

import postern

SCENARIOS = ("authorization-server-metadata-endpoint",
             "authorization-code-grant")
PATIENCE = 120
server = postern.Server()
case = postern.Cases()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def sign_in(url):
    """What a person does with the page at this address; then the browser
    goes where it is sent."""
    page = postern.fetch("GET", url)
    assert page.status == 200, page
    form = postern.Form(page.text())
    names = {name for name, _ in form.fields}
    values = {"username": server.username, "password": server.password,
              **{n: v for n, v in server.server_fields().items()
                 if n in names}}
    answer = postern.fetch("POST", urljoin(url, form.action), {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": server.origin(),
        "Cookie": page.header("Set-Cookie").split(";")[0]},
        urlencode(form.filled(values)))
    assert answer.status == 303, answer
    assert postern.fetch("GET", answer.header("Location")).status == 200


def run_suite():
    """All that the suite prints."""
    port = free_port()
    client = server.register("http://127.0.0.1:%d/callback" % port)
    suite = subprocess.Popen(
        sys.argv[1:3] + ["authorization", "--url", server.base_url,
                         "--client-id", client["client_id"], "--resource",
                         server.mcp_url, "-p", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told, asked, end = b"", False, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not select.select([suite.stdout], [], [], 1)[0]:
            continue
        piece = suite.stdout.read1(65536)
        if not piece:
            break
        told += piece
        found = re.search(rb"http://\S+/authorize\?\S+(?=\s)", told)
        if found and not asked:
            asked = True
            sign_in(found.group().decode())
    suite.kill()
    suite.wait()
    return re.sub(r"\x1b\[[0-9;]*m", "", told.decode())


told = run_suite()
for line in told.splitlines():
    print("# " + line)


def passes(name):
    @case("item 62: conformance: " + name)
    def _():
        # A warning would stand behind the number of those that failed.
        counts = re.search(r"^\S+ %s: (\d+) passed, 0 failed$" % name, told,
                           re.M)
        assert counts and int(counts.group(1)) > 0, told[-500:]


for scenario in SCENARIOS:
    passes(scenario)
case.run()
