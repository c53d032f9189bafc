"""server.py NODE SUITE: the suite's requirements for servers, both revisions,
against the server under test behind a proxy that adds a token.

EXPECTED (product) is which files of expected failures count: with the programs
of a fixture build (GNUmakefile) that is "fixtures"."""
import os
import re
import subprocess
import sys
import tempfile

from proxy import Proxy
import postern

HERE = os.path.dirname(os.path.abspath(__file__))
REVISIONS = ("2026-07-28", "2025-11-25")
EXPECTED = os.environ.get("EXPECTED", "product")
PATIENCE = 300
server = postern.Server()
case = postern.Cases()


def suite(*arguments):
    """Its exit status, and all that it prints."""
    proxy = Proxy(server.mcp_url, server.token())
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            sys.argv[1:3] + ["server", "--url", proxy.url(), "-o", folder,
                             *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=PATIENCE, check=False)
    proxy.close()
    told = re.sub(r"\x1b\[[0-9;]*m", "", ended.stdout.decode())
    return ended.returncode, told


def passes(*arguments):
    status, told = suite(*arguments)
    if status != 0:
        for line in told.splitlines():
            print("# " + line)
    assert status == 0, "the suite says %d" % status


for revision in REVISIONS:
    @case("item 62: conformance of a server, %s, %s" % (revision, EXPECTED))
    def _(revision=revision):
        passes("--requirements", revision, "--expected-failures",
               os.path.join(HERE, "%s-%s.yml" % (EXPECTED, revision)))


@case("item 62: conformance http-header-validation, " + EXPECTED)
def _():
    passes("--scenario", "http-header-validation", "--spec-version",
           "2026-07-28")


case.run()
