#!/usr/bin/env python3
"""Files that somebody has put where the web server's pages lie, by mistake or
by an editor, are not given out: settings, keys, copies, hidden ones."""
import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import postern                                                  # noqa: E402

SITE = os.path.dirname(os.environ["TEST_POSTERN_CONF"])
SECRET = "ENCRYPTION_KEY=kept by mistake\n"
NAMES = (".env", ".htaccess", ".git/config", ".postern.conf.swp",
         "postern.conf", "mcp.conf", "mcp.conf~", "postern.conf.bak", "key~",
         "mail.key", "mail.PEM", "style.css~", "more/.env",
         "more/postern.conf")
server = postern.Server()
case = postern.Cases()


def plant(folder):
    """What was made, the last of it first."""
    made = []
    for name in NAMES:
        path = os.path.join(folder, name)
        if not os.path.isdir(os.path.dirname(path)):
            os.mkdir(os.path.dirname(path), 0o755)
            made.insert(0, os.path.dirname(path))
        with open(path, "w", encoding="utf-8") as file:
            file.write(SECRET)
        os.chmod(path, 0o644)
        made.insert(0, path)
    return made


@case("settings and keys that lie among the pages are not given out")
def _():
    folders = glob.glob(SITE + "/share/htdocs")
    if not folders:
        raise postern.Skip("its pages lie elsewhere")
    made = plant(folders[0])
    try:
        # The site is there, and gives out what it is to.
        page = postern.fetch("GET", server.base_url + "/style.css")
        assert page.status == 200, page
        for name in NAMES:
            for target in ("/" + name, "//" + name,
                           "/" + name.replace(".", "%2e")):
                answer = postern.fetch("GET", server.base_url + target)
                assert SECRET not in answer.text(), (target, answer)
                assert answer.status in (400, 404), (target, answer)
        assert postern.fetch(
            "GET", server.base_url + "/postern.conf").status == 404
    finally:
        for path in made:
            (os.rmdir if os.path.isdir(path) else os.unlink)(path)


case.run()
