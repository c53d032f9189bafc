#!/usr/bin/env python3
"""host.py DIR: a host that shares only the key with others.

It runs the token program of DIR as a web server does CGI, for each line of
JSON that it reads: {"id": n, "form": {...}, "kill": seconds or null, "clock":
seconds that this host's clock is wrong}.  It writes a line for each that has
ended: {"id", "status", "answer"}; status 0: it was killed before it had
answered."""
import json
import os
import subprocess
import sys
import threading
import urllib.parse

FOLDER = sys.argv[1]
FAKETIME = "/usr/lib/%s-linux-gnu/faketime/libfaketime.so.1" % os.uname(
    ).machine
TIMEOUT = 60
lock = threading.Lock()


def environment(body, clock):
    told = {"POSTERN_CONF": FOLDER + "/postern.conf",
            "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "REQUEST_METHOD": "POST", "REQUEST_URI": "/oauth/token",
            "SCRIPT_NAME": "/oauth/token", "HTTP_HOST": "mail.postern.test",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body))}
    if clock:
        told.update({"LD_PRELOAD": FAKETIME, "FAKETIME": "%+ds" % clock,
                     "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
    return told


def serve(job):
    body = urllib.parse.urlencode(job["form"]).encode()
    process = subprocess.Popen(
        [FOLDER + "/token"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment(body, job.get("clock")))
    killer = None
    if job.get("kill") is not None:
        killer = threading.Timer(job["kill"], process.kill)
        killer.start()
    try:
        answer, _ = process.communicate(body, TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        answer, _ = process.communicate()
    if killer:
        killer.cancel()
    tell(job["id"], answer if process.returncode == 0 else b"")


def tell(number, answer):
    head, _, body = answer.replace(b"\r\n", b"\n").partition(b"\n\n")
    status, told = 0, None
    if body:
        status = 200
        for line in head.decode().split("\n"):
            name, _, value = line.partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
        told = json.loads(body)
    with lock:
        print(json.dumps({"id": number, "status": status, "answer": told}),
              flush=True)


for line in sys.stdin:
    threading.Thread(target=serve, args=(json.loads(line),)).start()
