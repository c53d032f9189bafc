"""python3 walk.py CHAPTER, in a room: types what stands there, and asks the
service for what a client would; prints TAP.  README.md beside this file."""
import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time

import chapter as chapters
from steps import run, save, step

TOP = chapters.TOP
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

HOSTS = ("mail", "imap", "smtp", "login")
READY_SECONDS = 15
CONFIGURATION = "/etc/postern/postern.conf"
FOLDER = "/tmp/postern.room"
case = postern.Cases()


def noted():
    with open(FOLDER + "/env", encoding="utf-8") as file:
        return dict(re.findall(r"^(\w+)='(.*)'$", file.read(), re.M))


def trust(path):
    """As one of the system's authorities."""
    with open(path, encoding="utf-8") as file:
        own = file.read()
    with open("/etc/ssl/certs/ca-certificates.crt", "a",
              encoding="utf-8") as file:
        file.write(own)
    name = run("openssl", "x509", "-hash", "-noout", "-in", path).strip()
    with open("/etc/ssl/certs/%s.0" % name, "w", encoding="utf-8") as file:
        file.write(own)


def certificate():
    """What somebody has who has a web server."""
    os.makedirs("/etc/ssl/private", exist_ok=True)
    run("cp", FOLDER + "/tls/web.pem", "/etc/ssl/certs/mail.example.org.pem")
    run("install", "-m", "600", FOLDER + "/tls/web.key",
        "/etc/ssl/private/mail.example.org.key")


def forward(pairs):
    """The ports that everybody knows, to those of the test's servers."""
    async def pump(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(port, target):
        async def take(reader, writer):
            try:
                there = await asyncio.open_connection("127.0.0.1", target)
                await asyncio.gather(pump(reader, there[1]),
                                     pump(there[0], writer))
            except OSError:
                writer.close()
        await asyncio.start_server(take, "127.0.0.1", port)

    async def main():
        for pair in pairs:
            await serve(*pair)
        await asyncio.Event().wait()
    threading.Thread(target=lambda: asyncio.run(main()),
                     daemon=True).start()


def prepare(way):
    os.mkdir(FOLDER)
    os.chmod(FOLDER, 0o711)
    with open(FOLDER + "/env", "w", encoding="utf-8"):
        pass
    with open("/etc/hosts", "a", encoding="utf-8") as file:
        file.write("\n127.0.0.1 localhost\n127.0.0.1 newcomer %s\n" % " ".join(
            name + ".example.org" for name in HOSTS))
    servers = ["tls", "dovecot", "postfix"]
    servers += [name for one in way
                for name in one.told("with", "").split()]
    for server in servers:
        run(os.path.join(TOP, "tests/servers", server), "start", FOLDER,
            env={**os.environ, "ANYONE": "1", "UPSTREAM_PORT": "8443"})
    trust(FOLDER + "/tls/ca.pem")
    certificate()
    told = noted()
    forward([(143, told["TEST_IMAP_PORT"]), (993, told["TEST_IMAPS_PORT"]),
             (587, told["TEST_SMTP_PORT"]), (465, told["TEST_SMTPS_PORT"])])


def ready(base):
    """What a test's client has to know."""
    told = noted()
    save(FOLDER + "/ready.json", json.dumps({
        "base_url": base, "mcp_url": base + "/mcp",
        "account": {"username": told["TEST_USER"],
                    "password": told["TEST_PASSWORD"]},
        "imap": {"host": "127.0.0.1", "port": int(told["TEST_IMAP_PORT"])}}))
    os.environ["POSTERN_READY"] = FOLDER + "/ready.json"


def answers(url):
    """A server that was told to start may need a moment."""
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            return postern.fetch("GET", url)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


class Visitor(postern.Server):
    """Who has the address and nothing else: names no servers."""

    def server_fields(self):
        return {}


def probe(base):
    assert answers(base + "/health").status == 200
    server = Visitor()
    told = postern.Mcp(server, None).post("{}")
    assert told.status == 401, told
    link = re.search('resource_metadata="([^"]*)"',
                     told.header("WWW-Authenticate")).group(1)
    told = postern.fetch("GET", link)
    assert told.json()["resource"] == base + "/mcp", told
    told = postern.fetch("GET", base + "/.well-known/openid-configuration")
    assert server.metadata()["issuer"] == base, told
    told = postern.fetch("GET", base + "/")
    assert told.status == 200 and "Postern" in told.text(), told
    client = server.register()["client_id"]
    token = server.sign_in(client=(client, None))["access_token"]
    mcp = postern.Mcp(server, token)
    assert len(mcp.tools()) > 20
    assert mcp.tool("list_mailboxes")["mailboxes"]


def doctor():
    """The reader's own, where there is one."""
    done = subprocess.run(["sh", "-c", "command -v postern"],
                          capture_output=True, check=False)
    if done.returncode != 0 or not os.path.exists(CONFIGURATION):
        return
    run("postern", "check", env={**os.environ, "POSTERN_CONF": CONFIGURATION})


def add_probe(chapter, told):
    if told.startswith("none"):
        return
    if told.startswith("tests/"):
        number = os.environ.get("ROOM", "0/1")

        @case("%s: %s%s" % (chapter.name, told, "" if number == "0/1" else
                            ", room " + number))
        def _():
            ready(chapters.PROBE)
            done = run(sys.executable, os.path.join(TOP, told),
                       env={**os.environ, **noted(), "PYTHONPATH":
                            os.path.join(TOP, "tests", "e2e")})
            print(re.sub("^", "# ", done.rstrip(), flags=re.M))
        return

    @case(chapter.name + ": then a client connects, and tools answer")
    def _():
        ready(told)
        probe(told)
        doctor()


def main():
    way = chapters.way(chapters.find(sys.argv[1]))
    prepare(way)
    before = [fence for one in way[:-1] for fence in one.fences]
    for fence in filter(chapters.is_step, before):
        step(fence)
    program = way[-1].told("walk")
    if program is None:
        for fence in filter(chapters.is_step, way[-1].fences):
            case(fence.name())(lambda fence=fence: step(fence))
    add_probe(way[-1], program or way[-1].told("probe", chapters.PROBE))
    case.run()


main()
