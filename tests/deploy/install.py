#!/usr/bin/env python3
"""make install and make uninstall: which files, with which modes, that they
work from there, and that nothing is left behind but what is the operator's;
and that the version is one everywhere."""
import glob
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

PREFIX = "/opt/postern"
# Where it goes, from which files, with which mode; {} is a file's name.
WANTED = (
    ("bin/postern", None, 0o755),
    ("lib/postern/cgi-bin/{}", "cgi/*.c", 0o755),
    ("lib/postern/templates/{}", "templates/*", 0o644),
    ("share/postern/htdocs/{}", "htdocs/*", 0o644),
    ("share/postern/postern.conf.sample", None, 0o644),
    ("share/postern/apache/{}", "deploy/apache/*", 0o644),
    ("share/postern/balancer/{}", "deploy/balancer/*", 0o644),
    ("share/postern/caddy/{}", "deploy/caddy/*", 0o644),
    ("share/postern/lighttpd/{}", "deploy/lighttpd/*", 0o644),
    ("share/postern/nginx/{}", "deploy/nginx/*", 0o644),
    ("share/postern/spawn/postern-workers", None, 0o755),
    ("lib/systemd/system/{}", "deploy/systemd/*.target", 0o644),
    ("lib/systemd/system/{}", "deploy/systemd/*.socket", 0o644),
    ("lib/systemd/system/{}", "deploy/systemd/*.service", 0o644),
    ("lib/systemd/system/postern-.service.d/{}",
     "deploy/systemd/postern-.service.d/*", 0o644),
    ("lib/sysusers.d/postern.conf", None, 0o644),
    ("share/man/man1/{}", "man/*.1", 0o644),
    ("share/man/man5/{}", "man/*.5", 0o644),
    ("share/man/man8/{}", "man/*.8", 0o644),
    ("share/doc/postern/{}", "[LRCS]*", 0o644),
    ("share/doc/postern/postern.cdx.json", None, 0o644),
    ("share/doc/postern/doc/{}", "doc/*.md", 0o644),
    ("share/doc/postern/doc/{}", "doc/*.svg", 0o644),
)

case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")


def make(*words, umask=0o022):
    done = subprocess.run(
        ["make", "-s", *words, "DESTDIR=" + root, "PREFIX=" + PREFIX],
        cwd=TOP, capture_output=True, text=True, timeout=300, umask=umask)
    assert done.returncode == 0, done
    assert not done.stderr, done.stderr


def there():
    """The files below root, with their modes."""
    return {os.path.relpath(os.path.join(folder, name), root + PREFIX):
            stat.S_IMODE(os.lstat(os.path.join(folder, name)).st_mode)
            for folder, _, names in os.walk(root) for name in names}


def wanted():
    told = {}
    for place, files, mode in WANTED:
        if files is None:
            told[place] = mode
            continue
        found = [one for one in glob.glob(os.path.join(TOP, files))
                 if os.path.isfile(one)]
        assert found, files
        for one in found:
            name = os.path.basename(one)
            if files == "cgi/*.c":
                name = name[:-2]
            told[place.format(name)] = mode
    return told


@case("each file is where it belongs, with its mode, and no other")
def _():
    make("install", umask=0o077)
    told, expected = there(), wanted()
    assert set(told) == set(expected), set(told) ^ set(expected)
    for name, mode in expected.items():
        assert told[name] == mode, (name, oct(told[name]))
    for folder, names, _ in os.walk(root):
        for name in names:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert stat.S_IMODE(mode) == 0o755, (folder, name)


# A file beside it may begin alike: /root/postern.key.
OURS = re.compile(re.escape(TOP.encode()) + rb"(?![\w.-])")


@case("what names the place names this one, and none names our own")
def _():
    for name in there():
        path = os.path.join(root + PREFIX, name)
        with open(path, "rb") as file:
            text = file.read()
        assert root.encode() not in text, name
        if not name.startswith(("share/doc/", "lib/postern/cgi-bin/", "bin/")):
            assert b"/usr/local" not in text, name
        if not name.startswith(("lib/postern/cgi-bin/", "bin/")):
            assert not OURS.search(text), name


@case("it is installed again over itself, and taken away again")
def _():
    key = os.path.join(root, "etc/postern/key")
    other = os.path.join(root + PREFIX, "lib/systemd/system/other.service")
    os.makedirs(os.path.dirname(key))
    for path in (key, other):
        with open(path, "w", encoding="utf-8") as file:
            file.write("theirs\n")
    make("install")
    make("uninstall")
    left = {os.path.relpath(os.path.join(folder, name), root)
            for folder, _, names in os.walk(root) for name in names}
    assert left == {"etc/postern/key", os.path.relpath(other, root)}, left
    folders = [folder for folder, _, _ in os.walk(root + PREFIX)
               if os.path.basename(folder).startswith("postern")
               and folder != root + PREFIX]
    assert not folders, folders


@case("the version is one: the command's, of the changes and of the package")
def _():
    with open(os.path.join(TOP, "lib/base/version.c"),
              encoding="utf-8") as file:
        version, = re.findall(r'"([\d.]+)"', file.read())
    with open(os.path.join(TOP, "CHANGELOG.md"), encoding="utf-8") as file:
        changes = re.findall(r"^## (\S+)", file.read(), re.M)
    assert changes[0] == version, (version, changes)
    assert changes == sorted(changes, reverse=True, key=lambda one: [
        int(part) for part in one.split(".")]), changes
    with open(os.path.join(TOP, "debian/changelog"), encoding="utf-8") as file:
        first = file.readline()
    assert first.startswith("postern (%s) " % version), first


try:
    case.run()
finally:
    shutil.rmtree(root)
