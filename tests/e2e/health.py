#!/usr/bin/env python3
"""/health: for balancers what it always is; in depth, for whoever shows a
token that only the key makes, what became of the mail servers and the
store."""
import base64
import json
import os
import shutil
import subprocess

import postern
import program

server = postern.Server()
case = postern.Cases()
BARE = {"status": "ok", "service": "postern"}


def fetch(method, path, headers=None, body=None):
    return postern.fetch(method, server.base_url + path, headers, body)


def postern_command(*arguments, **settings):
    return subprocess.run(
        [os.environ["TEST_POSTERN"], *arguments], text=True,
        capture_output=True, timeout=postern.TIMEOUT,
        env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
             **postern.SANITIZERS, **settings})


def token(*arguments, **settings):
    done = postern_command("health-token", *arguments, **settings)
    assert done.returncode == 0, done
    return done.stdout.strip()


def deep(bearer):
    return fetch("GET", "/health?deep=1",
                 {"Authorization": "Bearer " + bearer})


@case("health: who shows no token of the key's learns nothing in depth")
def _():
    strangers = ({}, {"Authorization": "Bearer none"},
                 {"Authorization": "Basic " + token()},
                 {"Authorization": "Bearer " + token()[:-1] + "_"},
                 {"Authorization": "Bearer " + token(
                     ENCRYPTION_KEY_FILE="", ENCRYPTION_KEY=base64.b64encode(
                         os.urandom(32)).decode())})
    for headers in strangers:
        response = fetch("GET", "/health?deep=1", headers)
        assert response.status == 200, response
        assert response.json() == BARE, (headers, response)
    for path in ("/health", "/health?deep=0", "/health?deep"):
        response = fetch("GET", path, {"Authorization": "Bearer " + token()})
        assert response.status == 200 and response.json() == BARE, response


@case("health: in depth each server is looked at, and told for a while")
def _():
    bearer = token("--days=1")
    response = deep(bearer)
    told = response.json()
    assert response.status == 200 and told["status"] == "ok", response
    names = [one["name"] for one in told["checks"]]
    assert names[:2] == ["imap", "smtp"], told
    assert ("s3" in names) == ("TEST_S3_ENDPOINT" in os.environ), told
    assert all(one["status"] == "ok" for one in told["checks"]), told
    assert response.header("Cache-Control") == "no-store", response
    assert deep(bearer).status == 200


@case("health: a token opens no mailbox, and one that does shows nothing")
def _():
    response = fetch("POST", "/mcp", {
        "Authorization": "Bearer " + token(),
        "Content-Type": "application/json", "Accept": "application/json"},
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
    assert response.status == 200, response
    assert response.json()["service"] == "postern", response
    assert "result" not in response.json(), response
    response = fetch("GET", "/connections",
                     {"Authorization": "Bearer " + token()})
    assert server.username not in response.body.decode(), response
    assert deep(server.token()).json() == BARE


def alone(settings):
    """The same of a process of its own, started with other settings."""
    folder = program.run_dir()
    try:
        return program.run(
            "connections", "GET", "/health?deep=1",
            {"Authorization": "Bearer " + token()},
            settings={"RUN_DIR": folder, **settings})
    finally:
        shutil.rmtree(folder)


@case("health: a server that is away is told by its name, as 503")
def _():
    for settings, name, word in (
            ({"IMAP_PORT": "1"}, "imap", "nobody answers"),
            ({"SMTP_PORT": "1"}, "smtp", "nobody answers"),
            ({"MAIL_CA_FILE": ""}, "imap", "certificate"),
            ({"SMTP_HOST": "nowhere.invalid"}, "smtp", "")):
        response = alone(settings)
        told = response.json()
        assert response.status == 503, (settings, response)
        assert told["status"] == "failing", (settings, response)
        found = [one for one in told["checks"] if one["status"] != "ok"]
        assert name in [one["name"] for one in found], (settings, told)
        assert word in found[0]["detail"], found


case.run()
