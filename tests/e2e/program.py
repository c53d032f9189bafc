"""One of Postern's programs run once as CGI, with settings and an address of
the caller's own, beside the servers under test.

    response = program.run("token", "POST", "/oauth/token", form={...},
                           settings={"ACCESS_TOKEN_TTL": "1"},
                           address="198.51.100.7")

words is what web servers make of a query without "=": arguments.
"""
import os
import subprocess
import tempfile
import urllib.parse

import postern

FORM = "application/x-www-form-urlencoded"


def owner():
    """Whoever may read the key."""
    if os.geteuid() != 0:
        return {}
    told = os.stat(os.environ["TEST_POSTERN_CONF"])
    return {"user": told.st_uid, "group": told.st_gid, "extra_groups": []}


def run_dir():
    """A new RUN_DIR that belongs to whoever runs the programs."""
    path = tempfile.mkdtemp(prefix="postern-run-")
    who = owner()
    if who:
        os.chown(path, who["user"], who["group"])
    return path


def run(name, method, target, headers=None, form=None, body=b"",
        settings=None, address="127.0.0.1", words=()):
    path, _, query = target.partition("?")
    headers = dict(headers or {})
    if form is not None:
        body = urllib.parse.urlencode(form).encode()
        headers.setdefault("Content-Type", FORM)
    base = urllib.parse.urlsplit(
        (settings or {}).get("BASE_URL", postern.Server().base_url))
    variables = {
        "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_METHOD": method, "REQUEST_URI": target,
        "SCRIPT_NAME": path, "QUERY_STRING": query,
        "REMOTE_ADDR": address, "HTTP_HOST": base.netloc,
        "POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
        **postern.SANITIZERS, **(settings or {})}
    if body or method == "POST":
        variables["CONTENT_LENGTH"] = str(len(body))
    for header, value in headers.items():
        word = header.upper().replace("-", "_")
        variables[word if word == "CONTENT_TYPE" else "HTTP_" + word] = value
    programs = os.path.dirname(os.environ["TEST_POSTERN"])
    done = subprocess.run([os.path.join(programs, name), *words],
                          env=variables, input=body, capture_output=True, check=False,
                          timeout=postern.TIMEOUT, cwd="/", **owner())
    head, end, rest = done.stdout.partition(b"\r\n\r\n")
    assert end and done.returncode == 0, done
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
    status = [v for n, v in lines if n.lower() == "status"] or ["200"]
    response = postern.Response(int(status[0].split()[0]),
                                [(n, v) for n, v in lines], rest)
    response.log = done.stderr.decode("utf-8", "replace")
    return response
