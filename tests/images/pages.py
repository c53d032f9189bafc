#!/usr/bin/env python3
"""doc/container.md and doc/kubernetes.md: what there is no engine of docker's
and no cluster for says so there; the rest is typed here, word for word, with
tests/images/docker in docker's place."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

FENCE = re.compile(r"^<!-- run by tests/images/pages.py -->\n```sh\n(.*?)^```$",
                   re.M | re.S)
case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
shutil.copytree(os.path.join(TOP, "deploy"), root + "/deploy")
os.mkdir(root + "/bin")
os.symlink(os.path.join(HERE, "docker"), root + "/bin/docker")


def fences(page):
    with open(os.path.join(TOP, page), encoding="utf-8") as file:
        found = FENCE.findall(file.read())
    assert len(found) >= 3, found
    return found


def typed(page):
    """All that the page has to be typed, in one shell; what it prints."""
    done = subprocess.run(
        ["sh", "-euxc", "".join(fences(page))], cwd=root,
        capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, "PATH": root + "/bin:" + os.environ["PATH"]})
    assert done.returncode == 0, (done.stdout, done.stderr[-4000:])
    return done.stdout + done.stderr


def lines(name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read().split("\n")


@case("doc/container.md: each of its commands works, in this order")
def _():
    told = typed("doc/container.md")
    for word in ('"status":"ok"', "encryption key", "program=well-known"):
        assert word in told, (word, told)
    key = lines("postern.key")[0]
    assert len(key) == 44 and os.stat(
        root + "/postern.key").st_mode & 0o077 == 0
    assert lines(".env") == ["BASE_URL=http://127.0.0.1:3000",
                             "ENCRYPTION_KEY=" + key, ""]


@case("doc/kubernetes.md: so do those that need no cluster")
def _():
    told = typed("doc/kubernetes.md")
    assert "kind: HorizontalPodAutoscaler" in told, told
    keys = [line for line in lines("postern.key") if line]
    assert len(keys) == 2 and keys[0] != keys[1], len(keys)


try:
    case.run()
finally:
    shutil.rmtree(root)
