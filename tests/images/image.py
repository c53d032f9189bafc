#!/usr/bin/env python3
"""The image that tests/images/build has made, as an engine sees it; and what
doc/container.md and doc/kubernetes.md have to be typed where there is one."""
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

ENGINE = os.path.join(HERE, "engine")
IMAGE = "localhost/postern-test"
NAME = "postern-test-image-%d" % os.getpid()
case = postern.Cases()


def engine(*arguments):
    return subprocess.run([ENGINE, *arguments], capture_output=True,
                          text=True, timeout=300, check=False,
                          env={**os.environ, "IMAGE": IMAGE})


def podman_runs():
    if engine("may").returncode != 0:
        raise postern.Skip("podman runs nothing here")


@case("it says who it is run as, where it listens, and how it is stopped")
def _():
    told = json.loads(engine("said", "{{json .Config}}").stdout)
    assert told["User"] == "10001:10001", told
    assert list(told["ExposedPorts"]) == ["3000/tcp"], told
    assert "PORT=3000" in told["Env"], told
    assert told["StopSignal"] == "SIGINT", told
    assert not [name for name in told["Env"] if "KEY" in name], told
    told = json.loads(engine("said", "{{json .HealthCheck}}").stdout)
    assert told["Test"] == [
        "CMD", "/usr/local/share/postern/container/health"], told


@case("key makes a key; without settings it ends and says which")
def _():
    podman_runs()
    done = engine("run", IMAGE, "key")
    assert done.returncode == 0 and len(done.stdout.strip()) == 44, done
    done = engine("run", IMAGE)
    assert done.returncode == 78, done
    assert "BASE_URL" in done.stderr and "ENCRYPTION_KEY" in done.stderr


@case("nothing in it becomes another user, compiles or fetches")
def _():
    podman_runs()
    done = engine("run", "--entrypoint", "/bin/sh", IMAGE, "-c",
                  "find / -xdev -perm /6000 -type f; "
                  "for name in gcc make curl wget python3; do "
                  "command -v $name; done; "
                  "touch /x /usr/x /etc/x 2>/dev/null && echo written; "
                  "id -u; find / -xdev -name '*.key' -o -name .env "
                  "-o -name .git | grep -v /usr/share")
    assert done.stdout.split() == ["10001"], done


@case("its health check tells, and it stops when it is told to")
def _():
    podman_runs()
    key = engine("run", IMAGE, "key").stdout.strip()
    serving = subprocess.Popen(
        [ENGINE, "serve", NAME, "", "PORT=3197", "LISTEN=127.0.0.1",
         "BASE_URL=http://127.0.0.1:3197", "ENCRYPTION_KEY=" + key],
        env={**os.environ, "IMAGE": IMAGE}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                postern.fetch("GET", "http://127.0.0.1:3197/health")
                break
            except OSError:
                assert serving.poll() is None
                time.sleep(0.1)
        done = engine("exec", NAME,
                      "/usr/local/share/postern/container/health")
        assert done.returncode == 0, done
        done = engine("exec", NAME,
                      "/usr/local/share/postern/container/entrypoint",
                      "check", "--offline")
        assert done.returncode == 0 and "encryption key" in done.stdout, done
        engine("stop", NAME)
        assert serving.wait(60) == 0
    finally:
        engine("remove", NAME)


@case("kubectl makes of deploy/kubernetes what it is to")
def _():
    done = subprocess.run(
        ["kubectl", "kustomize", os.path.join(TOP, "deploy/kubernetes")],
        capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done
    for word in ("kind: Deployment", "kind: HorizontalPodAutoscaler",
                 "image: registry.example.org/postern:1",
                 "namespace: postern"):
        assert word in done.stdout, word


case.run()
