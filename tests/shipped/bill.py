#!/usr/bin/env python3
"""The bill of materials: well-formed by the rules of CycloneDX that it uses,
the same each time, and true: whatever the system loads for the programs is in
it, by the very bytes; and so it is of the bundle."""
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern                                                  # noqa: E402

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
PURL = re.compile(r"pkg:(deb/[a-z]+/[a-z0-9][a-z0-9+.-]*|"
                  r"npm/(%40[\w.-]+/)?[\w.-]+|generic/postern)"
                  r"@[\w.~%+-]+(\?[\w=&.-]+)?")
# What Postern asks the linker for by name: one by its archive, one by another
# library, two when they are needed.
NAMED = {"libfcgi.a": "static", "libctemplate.a": "static",
         "libstdc++.a": "static", "libjson-c.so": "shared",
         "libcrypto.so": "shared", "libcurl.so": "opened",
         "libidn2.so": "opened"}
INSIDE = ("libfcgi.a", "libctemplate.a", "libstdc++.a", "libjson-c.a",
          "libcrypto.a", "libssl.a", "libcurl.a", "libidn2.a", "libz.a")
case = postern.Cases()


def make():
    done = subprocess.run(["make", "-s", "sbom", "BUILD=" + BUILD], cwd=TOP,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    with open(BUILD + "/postern.cdx.json", encoding="utf-8") as file:
        return file.read()


def files(bill):
    """{path: (how it comes in, SHA-256)} of what is in the programs."""
    return {one["name"]: (one["properties"][0]["value"].split(","),
                          one["hashes"][0]["content"])
            for component in bill["components"]
            for one in component.get("components", ())}


def check_form(bill):
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.5"
    assert bill["version"] == 1
    head = bill["metadata"]
    assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", head["timestamp"])
    assert head["component"]["type"] == "application"
    refs = [head["component"]["bom-ref"]]
    for one in bill["components"]:
        assert one["type"] == "library" and one["name"], one
        assert one["scope"] in ("required", "excluded"), one
        assert PURL.fullmatch(one["purl"]) and one["version"], one
        refs.append(one["bom-ref"])
        for file in one.get("components", ()):
            assert file["type"] == "file", file
            assert {hit["alg"] for hit in file["hashes"]} == {"SHA-256"}
    assert len(refs) == len(set(refs)), "a reference stands twice"
    told, = bill["dependencies"]
    assert told["ref"] == refs[0]
    assert set(told["dependsOn"]) == {
        one["bom-ref"] for one in bill["components"]
        if one["scope"] == "required"}


bill = json.loads(make())


@case("the bill of materials is well-formed, and tells our version")
def _():
    check_form(bill)
    with open(TOP + "/lib/base/version.c", encoding="utf-8") as file:
        version, = re.findall(r'"([\d.]+)"', file.read())
    assert bill["metadata"]["component"]["version"] == version


@case("whatever the programs load is in the bill, with its bytes")
def _():
    told = files(bill)
    for name, how in NAMED.items():
        assert any(how in ways for path, (ways, _) in told.items()
                   if os.path.basename(path).startswith(name)), name
    for program in glob.glob(BUILD + "/cgi-bin/*") + [BUILD + "/postern"]:
        loaded = subprocess.run(["ldd", program], capture_output=True,
                                text=True, check=True).stdout
        for path in re.findall(r"(/\S+) \(0x", loaded):
            assert os.path.realpath(path) in told, (program, path)
    for path, (_, digest) in told.items():
        with open(path, "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == digest, path


@case("what only the tests use is in the bill as that")
def _():
    wanted = set()
    for path in glob.glob(TOP + "/tests/*/package-lock.json"):
        with open(path, encoding="utf-8") as file:
            for place, one in json.load(file)["packages"].items():
                if place:
                    wanted.add((place.rpartition("node_modules/")[2],
                                one["version"]))
    told = {(one["name"], one["version"]) for one in bill["components"]
            if one["scope"] == "excluded"}
    assert told == wanted and wanted, told ^ wanted


@case("the bundle's own bill tells what is inside of its program")
def _():
    found = glob.glob(BUILD + "/postern-*.zip")
    if not found:
        raise postern.Skip("the bundle is not built: make bundle")
    with zipfile.ZipFile(found[0]) as bundle:
        own = json.loads(bundle.read("mail/postern.cdx.json"))
    check_form(own)
    told = files(own)
    for name in INSIDE:
        assert any(path.endswith("/" + name) and ways == ["static"]
                   for path, (ways, _) in told.items()), name


case.run()
