"""Hosts that share nothing but the key, and what balances between them.

A host is a network namespace with a folder of its own: programs, key,
configuration, nginx with all of Postern, and the workers of deploy/spawn at
ports of its own address.  In front of them, as deploy/balancer has them: nginx
that speaks FastCGI, nginx that speaks HTTP, HAProxy.

    cluster.py start FOLDER USER RELAYED... -- PORT PORT PORT
    cluster.py stop FOLDER

With CLUSTER_TLS=1 those that speak HTTP to the hosts speak it by TLS.  FOLDER
holds programs, templates, share (what is installed), key and postern.conf;
RELAYED are ports of this computer that each host has too."""
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DEPLOY = TOP + "/deploy"
SPAWN = DEPLOY + "/spawn/postern-workers"
NAMES = "abcd"          # the last one is added while all runs
FRONTS = ("fastcgi", "http", "haproxy")
HTTP_PORT, HTTPS_PORT = 8080, 8443
AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"
WORKERS = ("well-known=1 register=1 authorize=2 token=2 revoke=1 "
           "connections=1 mcp=%d attachment=1")
SECONDS = 20            # until something must have happened

NGINX = """user %(user)s;
worker_processes 2;
pid %(folder)s/pid;
error_log %(folder)s/log warn;
events { worker_connections 1024; }
http {
%(folders)s
include /etc/nginx/mime.types;
%(site)s
}
"""


def run(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True,
                          timeout=60, **more).stdout


def wait_for(what, true):
    until = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(what())
        time.sleep(0.02)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def write(text, *path):
    with open(os.path.join(*path), "w", encoding="utf-8") as file:
        file.write(text)


def installed(text, folder):
    """A file of deploy/ with the paths that it has in the folder.  One client
    asks for more than any person."""
    for usual, here in (("/usr/local/share/postern", folder + "/share"),
                        ("/run/postern/", folder + "/http/"),
                        ("/var/log/nginx/", folder + "/")):
        text = text.replace(usual, here)
    return re.sub(r"rate=\d+r/m", "rate=6000r/s", text)


def plain(text, listen):
    """A site of nginx without TLS, at that address."""
    text = re.sub(r"^# Nobody is served.*?^}\n", "", text, flags=re.M | re.S)
    text = re.sub(r".*(\bssl_|\[::\]).*\n", "", text)
    return text.replace("listen 443 ssl", "listen " + listen)


def encrypted(text, authority):
    """What a file of deploy/balancer says of hosts that speak https, and is
    commented out; theirs is the tests' certificate."""
    more = re.search(r"#server a 10\.0\.0\.11:443( .*)", text)
    text = re.sub(r"(\tserver .*):8080", r"\1:%d%s" % (
        HTTPS_PORT, more[1] if more else ""), text)
    text = text.replace("#proxy_ssl_", "proxy_ssl_").replace(
        "proxy_pass http:", "proxy_pass https:")
    text = re.sub(r"((?:proxy_ssl_name|check-sni) |sni str\()"
                  r"mail\.example\.org", r"\1localhost", text)
    return text.replace(AUTHORITY, authority)


def nginx(folder, user, site):
    """Settings of an nginx that has only that site."""
    os.makedirs(folder, exist_ok=True)
    kinds = ("client_body", "fastcgi", "proxy", "uwsgi", "scgi")
    write(NGINX % {
        "user": user, "folder": folder, "site": site, "folders": "\n".join(
            "%s_temp_path %s/%s;" % (kind, folder, kind) for kind in kinds)},
          folder, "nginx.conf")
    return ["nginx", "-q", "-c", folder + "/nginx.conf", "-e",
            folder + "/log"]


class Host:
    def __init__(self, cluster, name):
        told = cluster.told
        number = NAMES.index(name)
        self.name, self.user, self.mcp = name, told["user"], told["mcp"]
        self.tls = told["tls"]
        self.folder = os.path.join(cluster.folder, name)
        self.space = "postern-%d-%s" % (told["id"], name)
        self.link = "pc%d-%s" % (told["id"] % 1000000, name)
        self.near = "%s.%d" % (told["network"], 4 * number + 1)
        self.address = "%s.%d" % (told["network"], 4 * number + 2)

    def plug_in(self):
        """The machine and its line, with nothing on it."""
        run("ip", "netns", "add", self.space)
        run("ip", "link", "add", self.link, "type", "veth", "peer", "name",
            "eth0", "netns", self.space)
        run("ip", "addr", "add", self.near + "/30", "dev", self.link)
        run("ip", "link", "set", self.link, "up")
        for words in (["addr", "add", self.address + "/30", "dev", "eth0"],
                      ["link", "set", "eth0", "up"],
                      ["link", "set", "lo", "up"]):
            run("ip", "-n", self.space, *words)

    def inside(self, *words, **more):
        return run("nsenter", "--net=/run/netns/" + self.space, *words,
                   stdin=subprocess.DEVNULL, **more)

    def environment(self, kind):
        """What /etc/default/postern would say; kind is whether the workers
        are at ports of the address (fastcgi), or at sockets (http)."""
        return {**os.environ, "POSTERN_USER": self.user,
                "POSTERN_CONF": self.folder + "/postern.conf",
                "POSTERN_PROGRAMS": self.folder + "/programs",
                "POSTERN_LOG": self.folder + "/log",
                "POSTERN_WORKERS": WORKERS % self.mcp,
                "RUN_DIR": os.path.join(self.folder, kind)}

    def workers(self, command):
        """deploy/spawn, in both ways."""
        self.inside("sh", SPAWN, command, env=self.environment("http"))
        self.inside("sh", SPAWN, command, env={
            **self.environment("fastcgi"), "POSTERN_ADDRESS": self.address})

    def set_up(self, source):
        """What doc/many-hosts.md says of a new one: it is installed, and gets
        settings and key."""
        os.mkdir(self.folder)
        for name in ("programs", "templates", "share"):
            shutil.copytree(os.path.join(source, name),
                            os.path.join(self.folder, name))
        for path, _, names in os.walk(self.folder + "/share"):
            for name in names:
                if name.endswith(".conf"):
                    write(installed(read(path, name), self.folder), path,
                          name)
        text = read(source, "postern.conf")
        shutil.copy(re.search("^MAIL_CA_FILE=(.*)", text, re.M)[1],
                    self.folder + "/ca.pem")
        text = re.sub("^RUN_DIR=.*\n", "", text, flags=re.M)
        text = re.sub("(_CA_FILE=).*", r"\g<1>%s/ca.pem" % self.folder, text)
        text = text.replace(source + "/key", self.folder + "/key")
        write(text, self.folder, "postern.conf")
        shutil.chown(self.folder + "/postern.conf", self.user)
        os.chmod(self.folder + "/postern.conf", 0o400)
        self.take_key(source + "/key")

    def take_key(self, source):
        """A new key file takes the old one's place in one step."""
        new = self.folder + "/key.new"
        run("install", "-m", "400", "-o", self.user, source, new)
        os.rename(new, self.folder + "/key")

    def start(self):
        self.workers("start")
        site = plain(read(self.folder, "share/nginx/postern.conf"),
                     "%s:%d" % (self.address, HTTP_PORT))
        if self.tls:
            site = site.replace("server_name", (
                "listen %s:%d ssl;\n\tssl_certificate %s/server.pem;\n"
                "\tssl_certificate_key %s/server.key;\n\tserver_name") % (
                    self.address, HTTPS_PORT, self.tls, self.tls), 1)
        behind = read(self.folder, "share/balancer/behind.conf").replace(
            "10.0.0.1;", self.near + ";")
        self.inside(*nginx(self.folder + "/nginx", self.user, site + behind))

    def processes(self):
        done = subprocess.run(["ip", "netns", "pids", self.space],
                              capture_output=True, text=True, check=False)
        return [int(pid) for pid in done.stdout.split()]

    def kill(self):
        while pids := self.processes():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def die(self):
        """All of its processes at once, and then its line."""
        self.kill()
        run("ip", "-n", self.space, "link", "set", "eth0", "down")

    def unplug(self):
        self.kill()
        for words in (["netns", "del", self.space],
                      ["link", "del", self.link]):
            subprocess.run(["ip", *words], check=False, capture_output=True)


class Cluster:
    """What cluster.json in the folder tells of."""

    def __init__(self, folder):
        self.folder = folder
        self.told = json.loads(read(folder, "cluster.json"))
        self.hosts = {name: Host(self, name) for name in NAMES}
        self.ports = dict(zip(FRONTS, self.told["ports"]))

    def name_of(self, told):
        """Which host an X-Host names: nginx tells all that it tried."""
        last = (told or "").split(", ")[-1]
        for name, host in self.hosts.items():
            if last == name or last.startswith(host.address + ":"):
                return name
        return None

    def behind(self, path, names):
        """A file of deploy/balancer for these hosts, where it has 10.0.0.11
        to 10.0.0.13, a to c; a fourth has the lines that the third has."""
        lines = []
        for line in read(DEPLOY, "balancer", path).splitlines():
            found = re.match(r"(\s*server .*)10\.0\.0\.1([123])(:.*)", line)
            if not found:
                lines.append(line)
                continue
            number = int(found[2])
            for name in names[number - 1:number if number < 3 else None]:
                lines.append(re.sub(r"server [abc] ", "server %s " % name,
                                    found[1]) + self.hosts[name].address +
                             found[3])
        return "\n".join(lines) + "\n"

    def balance(self, names, by_token=True):
        """Writes what the balancers are to do; by_token: as they do, else
        all in turn."""
        texts = [self.behind(path, names) for path in (
            "fastcgi.conf", "http.conf", "haproxy.cfg")]
        if self.told["tls"]:
            texts[1:] = [encrypted(text, self.told["tls"] + "/ca.pem")
                         for text in texts[1:]]
        if not by_token:
            texts = [re.sub(r"\thash \$.*\n", "", re.sub(
                "balance hash.*", "balance roundrobin", text))
                for text in texts]
        self.balance_fastcgi(texts[0])
        self.balance_nginx("http", texts[1])
        self.balance_haproxy(texts[2])

    def balance_fastcgi(self, text):
        folder = self.folder + "/fastcgi"
        shutil.copytree(TOP + "/htdocs", folder + "/share/htdocs",
                        dirs_exist_ok=True)
        for name in ("nginx/locations.conf", "balancer/route.conf"):
            os.makedirs(os.path.dirname(folder + "/share/" + name),
                        exist_ok=True)
            write(installed(read(DEPLOY, name), folder), folder, "share",
                  name)
        write(installed(text, folder), folder, "share/balancer/fastcgi.conf")
        self.balance_nginx("fastcgi", read(
            DEPLOY, "nginx/postern.conf").replace("nginx/workers.conf",
                                                  "balancer/fastcgi.conf"))

    def balance_nginx(self, kind, text):
        """Each answer tells who gave it."""
        folder = os.path.join(self.folder, kind)
        os.makedirs(folder + "/share/balancer", exist_ok=True)
        write(read(DEPLOY, "balancer/route.conf"), folder,
              "share/balancer/route.conf")
        text = plain(installed(text, folder), "127.0.0.1:%d" %
                     self.ports[kind])
        nginx(folder, self.told["user"], text.replace(
            "server_name", "add_header X-Host $upstream_addr always;\n"
            "\tserver_name", 1))

    def balance_haproxy(self, text):
        folder = self.folder + "/haproxy"
        os.makedirs(folder, exist_ok=True)
        text = re.sub(r".*(bind :80|redirect scheme|ssl-default).*\n", "",
                      text)
        for usual, here in (
                ("bind :443.*", "bind 127.0.0.1:%d" % self.ports["haproxy"]),
                ("/run/haproxy", folder),
                ("hdr Host mail.example.org", "hdr Host " +
                 self.told["host"]),
                ("log /dev/log .*", "log stderr format raw local0 info"),
                ("default_backend", "http-after-response set-header X-Host "
                 "%[srv_name]\n\tdefault_backend")):
            text = re.sub(usual, here, text)
        write(text, folder, "haproxy.cfg")

    def reload_balancers(self):
        """What systemctl reload does of nginx and of HAProxy."""
        for kind, number in (("fastcgi", signal.SIGHUP),
                             ("http", signal.SIGHUP),
                             ("haproxy", signal.SIGUSR2)):
            os.kill(int(read(self.folder, kind, "pid")), number)

    def relay(self):
        """One process of this computer that listens within each host, at the
        addresses its mail servers have there."""
        lines = ["defaults", "mode tcp", "timeout connect 5s",
                 "timeout client 10m", "timeout server 10m"]
        for host in self.hosts.values():
            for port in self.told["relayed"]:
                lines += ["listen %s-%s" % (host.name, port),
                          "bind 127.0.0.1:%s namespace %s" % (
                              port, host.space),
                          "server mail 127.0.0.1:%s" % port]
        os.makedirs(self.folder + "/relay", exist_ok=True)
        write("\n".join(lines) + "\n", self.folder, "relay/haproxy.cfg")
        self.start_haproxy(self.folder + "/relay")

    @staticmethod
    def start_haproxy(folder):
        with open(folder + "/log", "a", encoding="utf-8") as log:
            process = subprocess.Popen(
                ["haproxy", "-W", "-f", folder + "/haproxy.cfg"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        write(str(process.pid), folder, "pid")

    def start(self):
        for host in self.hosts.values():
            host.plug_in()
        self.relay()
        for name in NAMES[:3]:
            self.hosts[name].set_up(self.folder)
            self.hosts[name].start()
        self.balance(NAMES[:3])
        for kind in ("fastcgi", "http"):
            folder = os.path.join(self.folder, kind)
            run("nginx", "-q", "-c", folder + "/nginx.conf", "-e",
                folder + "/log")
        self.start_haproxy(self.folder + "/haproxy")
        self.await_hosts(NAMES[:3])

    def await_hosts(self, names):
        """Until each front reaches each of them."""
        for kind in FRONTS:
            seen = set()
            wait_for(lambda: "%s reaches %s only" % (kind, seen),
                     lambda: self.probe(kind, seen) >= set(names))

    def probe(self, kind, seen):
        link = http.client.HTTPConnection("127.0.0.1", self.ports[kind],
                                          timeout=5)
        try:
            link.request("GET", "/mcp", headers={
                "Host": self.told["host"],
                "Authorization": "Bearer %s.x" % str(random.random())[2:]})
            answer = link.getresponse()
            if answer.status < 500:
                seen.add(self.name_of(answer.getheader("X-Host")))
        except OSError:
            pass
        finally:
            link.close()
        return seen

    def stop(self):
        for kind in (*FRONTS, "relay"):
            try:
                os.kill(int(read(self.folder, kind, "pid")), signal.SIGTERM)
            except (OSError, ValueError):
                pass
        for host in self.hosts.values():
            host.unplug()


def main():
    command, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    if command == "stop":
        if os.path.exists(folder + "/cluster.json"):
            Cluster(folder).stop()
        return
    user, *words = sys.argv[3:]
    middle = words.index("--")
    base = re.findall("^BASE_URL=http://(.*)$", read(folder, "postern.conf"),
                      re.M)[-1]
    authority = re.findall("^MAIL_CA_FILE=(.*)", read(folder, "postern.conf"),
                           re.M)[-1]
    write(json.dumps({
        "tls": os.environ.get("CLUSTER_TLS") and os.path.dirname(authority),
        "id": os.getpid(), "user": user, "relayed": words[:middle],
        "ports": [int(port) for port in words[middle + 1:]], "host": base,
        "mcp": int(os.environ.get("CLUSTER_MCP", 2)),
        "network": "10.%d.%d" % (random.randint(200, 250),
                                 random.randint(1, 250))}),
          folder, "cluster.json")
    cluster = Cluster(folder)
    try:
        cluster.start()
    except BaseException as bad:
        print(getattr(bad, "stdout", ""), getattr(bad, "stderr", ""),
              file=sys.stderr)
        cluster.stop()
        raise


if __name__ == "__main__":
    main()
