#!/usr/bin/env python3
"""The Debian package: made as doc/debian.md says, without a word from lintian;
installed, used behind each web server, upgraded and purged in a Debian that
runs systemd."""
import glob
import os
import re
import shutil
import subprocess

import inside
from inside import BUILD, TOP, postern

PAGE = "doc/debian.md"
CERTIFICATE = ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
               "-subj /CN=mail.example.org "
               "-out /etc/ssl/certs/mail.example.org.pem "
               "-keyout /etc/ssl/private/mail.example.org.key 2>/dev/null")
# As each web server passes it on: what is asked, and what is answered.
ASKED = (("GET", "/health", 200, '"service"'),
         ("GET", "/.well-known/oauth-protected-resource/mcp", 200,
          "https://mail.example.org/mcp"),
         ("POST", "/mcp", 401, ""), ("POST", "/oauth/token", 400, "error"),
         ("GET", "/connections", 200, "<html"), ("GET", "/", 200, "<html"),
         ("GET", "/connect", 200, "<html"))

case = postern.Cases(inside.why_not())
blocks = inside.blocks(PAGE)
host = None
made = os.path.join(BUILD, "deb")


def block(word):
    told, = [one for one in blocks if word in one]
    return told


def ask(*command, folder=TOP):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          timeout=1200, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, (command, done.stdout[-2000:],
                                  done.stderr[-2000:])
    return done.stdout + done.stderr


def package():
    told, = glob.glob(os.path.join(made, "postern_*.deb"))
    return told


@case("make deb makes it, with a source package")
def _():
    lines = block("make deb").splitlines()
    assert lines[-1] == "make deb", lines
    for line in lines:
        ask("sh", "-euc", line.replace("sudo ", "").replace(
            "make deb", "BUILD=%s make -s deb" % BUILD))
    assert os.path.getsize(package()) > 100000
    sources, = glob.glob(os.path.join(made, "postern-*/"))
    ask("dpkg-buildpackage", "-S", "-us", "-uc", "-d", folder=sources)
    told = ask("dpkg-source", "-x", "--no-check",
               glob.glob(os.path.join(made, "*.dsc"))[0],
               os.path.join(made, "unpacked"))
    assert os.path.exists(os.path.join(made, "unpacked/cgi/mcp.c")), told
    shutil.rmtree(os.path.join(made, "unpacked"))


@case("lintian has no error and no warning, and each override a reason")
def _():
    for path in glob.glob(os.path.join(made, "*.changes")):
        told = ask("lintian", "--fail-on", "error,warning",
                   "--allow-root", path)
        print("# %s: %s" % (os.path.basename(path), told.strip() or "clean"))
    with open(os.path.join(TOP, "debian/postern.lintian-overrides"),
              encoding="utf-8") as file:
        before = "\n"
        for line in file:
            assert line.startswith("#") or before.startswith("#"), line
            before = line


@case("it is installed as the page says, with a user and a key of root's")
def _():
    global host
    host = inside.Machine("package")
    shutil.copy(package(), host.path("/root"))
    line, = block("apt-get install").splitlines()
    line = re.sub(r"postern_\S+\.deb", os.path.basename(package()), line)
    print("# " + line)
    host.ask("apt-get -qq update; cd /root; " + line)
    told = host.ask("stat -c '%a %U %G' /etc/postern/key "
                    "/etc/postern/postern.conf; id postern")
    assert told.startswith("400 root root\n600 root root\n"), told
    told = host.ask("dpkg --verify postern; man -w postern 2>/dev/null || "
                    "ls /usr/share/man/man1/postern.1.gz")
    assert "missing" not in told, told
    # It does not start by itself with an address that is nobody's.
    told = host.ask("systemctl is-enabled postern.target", well=False)
    assert told.strip() == "disabled", told


@case("its commands start every worker")
def _():
    conf = host.read("etc/postern/postern.conf")
    host.write("etc/postern/postern.conf", re.sub(
        r"^BASE_URL=.*", "BASE_URL=https://mail.example.org", conf,
        flags=re.M))
    host.boot()
    host.type(block("enable --now postern.target"))
    told = host.ask("systemctl list-units --no-legend 'postern-*.service'")
    assert len(told.splitlines()) == 20, told
    assert not re.search("failed|auto-restart", told), told
    assert host.fetch("GET", "/health")[0] == 200


def check(certificate):
    """What a web server that runs there answers, by https or by http."""
    curl = ("curl -s --retry 10 --retry-connrefused --retry-delay 1 "
            "--resolve mail.example.org:%d:127.0.0.1 %s "
            "-w '\\n%%{http_code}'" % (
                (443, "--cacert /etc/ssl/certs/mail.example.org.pem")
                if certificate else (80, "")))
    for method, path, status, words in ASKED:
        told = host.ask("%s %s %s://mail.example.org%s" % (
            curl, "" if method == "GET" else "-d x=1",
            "https" if certificate else "http", path))
        wanted = {status, 415} if path == "/mcp" else {status}
        assert int(told.rsplit("\n", 1)[1]) in wanted, (path, told)
        assert words.lower() in told.lower(), (path, told)


@case("nginx serves it with the file that comes along")
def _():
    host.ask(CERTIFICATE)
    host.ask("rm -f /etc/nginx/sites-enabled/default")
    host.type(block("nginx -t"))
    try:
        check(True)
    finally:
        host.type(block("rm /etc/nginx"))
        host.ask("systemctl stop nginx")


@case("lighttpd serves it with the file that comes along")
def _():
    host.type(block("lighty-enable-mod"))
    try:
        check(False)
    finally:
        host.type(block("lighty-disable-mod"))
        host.ask("systemctl stop lighttpd")


@case("Apache serves it with the file that comes along")
def _():
    host.ask("a2dissite -q 000-default")
    host.type(block("a2enmod"))
    try:
        check(True)
    finally:
        host.type(block("a2dissite"))
        host.ask("systemctl stop apache2")


@case("an upgrade leaves key and settings as they are, and starts anew")
def _():
    kept = "cat /etc/postern/key /etc/postern/postern.conf"
    one = "systemctl show -P MainPID postern-mcp@1.service"
    sock = "stat -c %i /run/postern/mcp.sock"
    before = host.ask(kept), host.ask(sock), host.ask(one)
    host.ask("dpkg -i /root/*.deb")
    after = host.ask(kept), host.ask(sock), host.ask(one)
    assert before[:2] == after[:2], (before, after)
    assert before[2] != after[2] != "0\n", (before, after)
    assert host.fetch("GET", "/health")[0] == 200


@case("removed, it leaves them; purged, it leaves nothing but the user")
def _():
    host.ask("dpkg --remove postern")
    told = host.ask("ls /etc/postern; ls /run/postern 2>/dev/null || echo no",
                    well=False)
    assert "key" in told and ".sock" not in told, told
    told = host.ask("systemctl list-units --no-legend 'postern*'")
    assert not told.strip(), told
    host.ask("dpkg --purge postern")
    told = host.ask("find / -xdev -iname '*postern*' -not -path '/root/*' "
                    "-not -path '/var/cache/*' -not -path '/var/log/*' "
                    # What Apache remembers of its administrator.
                    "-not -path '/var/lib/apache2/*'")
    left = [line for line in told.splitlines()
            if not line.startswith(("/proc", "/sys"))]
    assert not left, left
    host.ask("id postern")


try:
    case.run()
finally:
    if host is not None:
        host.stop()
