"""The requests that tests/matrix sends to each web server: every program and
endpoint, as clients send them and as they should not.

A row is name, method, target, headers, body; a body that is a list goes out
as chunks.  {word} in target, header or text body is filled in from what
record.py found out before: {token} is an access token, and so on."""
import json

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
MCP = {"Content-Type": "application/json",
       "Accept": "application/json, text/event-stream"}
BEARER = {**MCP, "Authorization": "Bearer {token}"}
MODERN = {**BEARER, "MCP-Protocol-Version": "2026-07-28"}
ORIGIN = {"Origin": "https://agent.example.org"}
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization"}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}}
WELL_KNOWN = ("oauth-authorization-server", "oauth-protected-resource",
              "openid-configuration")
AUTHORIZE = ("response_type=code&client_id={client}&redirect_uri="
             "http%3A%2F%2F127.0.0.1%3A9%2Fcallback&state=s&code_challenge="
             "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
             "&code_challenge_method=S256")
REGISTER = json.dumps({
    "redirect_uris": ["http://127.0.0.1:9/callback"], "client_name": "Matrix",
    "token_endpoint_auth_method": "none"})
LARGE = 70 * 1024
OVER = 40 * 1024 * 1024


def rpc(method, params=None, number=1):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method,
                       **({} if params is None else {"params": params})})


def tool(name, meta=None, **arguments):
    return rpc("tools/call", {"name": name, "arguments": arguments,
                              **({"_meta": meta} if meta else {})})


INITIALIZE = rpc("initialize", {
    "protocolVersion": "2025-11-25", "capabilities": {},
    "clientInfo": {"name": "matrix", "version": "1"}})
WAIT = tool("wait_for_mail", {"progressToken": 1}, timeout=1)


def documents():
    for name in WELL_KNOWN:
        for path in ("/.well-known/" + name, "/.well-known/%s/mcp" % name):
            yield "document", "GET", path, {}, None
    yield "document, HEAD", "HEAD", "/.well-known/" + WELL_KNOWN[0], {}, None
    yield ("document for another origin", "GET",
           "/.well-known/" + WELL_KNOWN[1], ORIGIN, None)
    for name in WELL_KNOWN[:2]:
        yield ("document, preflight", "OPTIONS", "/.well-known/" + name,
               PREFLIGHT, None)
        yield ("document, wrong method", "POST", "/.well-known/" + name,
               FORM, "a=b")
    yield "unknown document", "GET", "/.well-known/other", {}, None
    yield "health", "GET", "/health", {}, None
    yield "health, HEAD", "HEAD", "/health", {}, None
    yield "health in depth, of a stranger", "GET", "/health?deep=1", {}, None
    yield "health, wrong method", "DELETE", "/health", {}, None


def registrations():
    for path in ("/oauth/register", "/register"):
        yield "register", "POST", path, JSON, REGISTER
        yield "register, preflight", "OPTIONS", path, PREFLIGHT, None
        yield "register, wrong method", "GET", path, {}, None
    yield "register, no JSON", "POST", "/oauth/register", JSON, "{{"
    yield "register, chunked", "POST", "/oauth/register", JSON, [REGISTER]
    yield ("register, in many chunks", "POST", "/oauth/register", JSON,
           list(REGISTER))
    yield ("register, too large", "POST", "/oauth/register", JSON,
           "x" * LARGE)
    yield "register, no body", "POST", "/oauth/register", JSON, None


def sign_ins():
    for path in ("/oauth/authorize", "/authorize"):
        yield "sign-in page", "GET", path + "?" + AUTHORIZE, {}, None
        yield "sign-in, nothing said", "GET", path, {}, None
        yield "sign-in, empty form", "POST", path + "?" + AUTHORIZE, FORM, ""
    yield ("sign-in page, HEAD", "HEAD", "/oauth/authorize?" + AUTHORIZE, {},
           None)
    yield "sign-in, no form", "POST", "/oauth/authorize", JSON, "{}"
    yield ("sign-in, too large", "POST", "/oauth/authorize", FORM,
           "username=" + "x" * LARGE)
    yield "sign-in, wrong method", "PUT", "/oauth/authorize", FORM, "a=b"
    yield ("sign-in, for another site's page", "POST",
           "/oauth/authorize?" + AUTHORIZE, {**FORM, **ORIGIN}, "decision=x")
    yield ("servers of an address", "GET",
           "/oauth/discover?email=a%40gmail.com", {}, None)
    yield "servers, nothing said", "GET", "/oauth/discover", {}, None
    yield "from a provider, nothing said", "GET", "/oauth/upstream", {}, None
    yield "connections", "GET", "/connections", {}, None
    yield "connections, empty form", "POST", "/connections", FORM, ""
    yield "connections, wrong method", "DELETE", "/connections", {}, None
    yield "confirm, no link", "GET", "/confirm", {}, None
    yield "confirm, a broken link", "GET", "/confirm?link=e30.a", {}, None
    yield "confirm, empty form", "POST", "/confirm", FORM, ""


def tokens():
    for path in ("/oauth/token", "/token"):
        yield ("token, unknown code", "POST", path, FORM,
               "grant_type=authorization_code&code=x&client_id={client}"
               "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2F&code_verifier=x")
        yield "token, preflight", "OPTIONS", path, PREFLIGHT, None
        yield "token, wrong method", "GET", path, {}, None
    yield ("token, chunked", "POST", "/token", FORM,
           ["grant_type=refresh_token&", "refresh_token=x"])
    yield ("token, another origin", "POST", "/token", {**FORM, **ORIGIN},
           "grant_type=x")
    yield ("token, wrong secret", "POST", "/token",
           {**FORM, "Authorization": "Basic eDp5"}, "grant_type=refresh_token"
           "&refresh_token=x")
    yield "token, no form", "POST", "/token", JSON, "{}"
    yield "token, too large", "POST", "/token", FORM, "a=" + "x" * LARGE
    for path in ("/oauth/revoke", "/revoke"):
        yield ("revoke, unknown token", "POST", path, FORM,
               "token=x&client_id={client}")
        yield "revoke, wrong method", "GET", path, {}, None
    yield "revoke, preflight", "OPTIONS", "/revoke", PREFLIGHT, None


def refusals():
    yield "mcp, no token", "POST", "/mcp", MCP, rpc("ping")
    yield ("mcp, a broken token", "POST", "/mcp",
           {**MCP, "Authorization": "Bearer x.y"}, rpc("ping"))
    yield ("mcp, another scheme", "POST", "/mcp",
           {**MCP, "Authorization": "Basic eDp5"}, rpc("ping"))
    yield "mcp, GET without a token", "GET", "/mcp", {}, None
    for method in ("GET", "HEAD", "DELETE", "PUT", "PATCH"):
        yield "mcp, wrong method", method, "/mcp", BEARER, None
    yield "mcp, preflight", "OPTIONS", "/mcp", PREFLIGHT, None
    yield ("mcp, another origin", "POST", "/mcp", {**BEARER, **ORIGIN},
           rpc("ping"))
    yield ("mcp, wrong type", "POST", "/mcp",
           {**BEARER, "Content-Type": "text/plain"}, rpc("ping"))
    yield ("mcp, another host", "POST", "/mcp",
           {**BEARER, "Host": "evil.example"}, rpc("ping"))
    yield "mcp, no JSON", "POST", "/mcp", BEARER, "{{"
    yield "mcp, no body", "POST", "/mcp", BEARER, None
    yield ("mcp, more than any program takes", "POST", "/mcp",
           {**BEARER, "Content-Length": str(OVER)}, None)
    yield ("mcp, header and body differ", "POST", "/mcp",
           {**MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "a"},
           rpc("ping", {"_meta": META}))
    yield "mcp, unknown method", "POST", "/mcp", BEARER, rpc("nothing")
    yield ("mcp, a token of 7,168 characters", "POST", "/mcp",
           {**MCP, "Authorization": "Bearer " + "x" * 7168}, rpc("ping"))
    yield ("mcp, words for a command line", "POST", "/mcp?-v", BEARER,
           rpc("ping"))
    yield ("mcp, a proxy's name", "POST", "/mcp",
           {**BEARER, "Proxy": "http://127.0.0.1:9"}, rpc("ping"))


def conversations():
    yield "initialize", "POST", "/mcp", BEARER, INITIALIZE
    yield ("a notification", "POST", "/mcp", BEARER, json.dumps(
        {"jsonrpc": "2.0", "method": "notifications/initialized"}))
    yield "ping, chunked", "POST", "/mcp", BEARER, [rpc("ping")]
    yield ("ping, in many chunks", "POST", "/mcp", BEARER,
           list(rpc("ping")))
    yield ("ping, HTTP/1.0", "POST 1.0", "/mcp", BEARER, rpc("ping"))
    yield ("a batch", "POST", "/mcp",
           {**BEARER, "MCP-Protocol-Version": "2025-03-26"},
           "[%s,%s]" % (rpc("ping"), rpc("nothing", None, 2)))
    yield "tools", "POST", "/mcp", BEARER, rpc("tools/list")
    yield ("tools, 2026-07-28", "POST", "/mcp",
           {**MODERN, "Mcp-Method": "tools/list"},
           rpc("tools/list", {"_meta": META}))
    yield ("discover, 2026-07-28", "POST", "/mcp",
           {**MODERN, "Mcp-Method": "server/discover"},
           rpc("server/discover", {"_meta": META}))
    yield "a tool", "POST", "/mcp", BEARER, tool("list_mailboxes")
    yield ("a tool, 2026-07-28", "POST", "/mcp",
           {**MODERN, "Mcp-Method": "tools/call",
            "Mcp-Name": "list_mail_messages"},
           tool("list_mail_messages", META))
    yield ("a message", "POST", "/mcp", BEARER,
           tool("get_mail_message", uid=1))
    yield ("a tool that fails", "POST", "/mcp", BEARER,
           tool("get_mail_message", uid=4000000))
    yield "a stream", "POST", "/mcp", BEARER, WAIT
    yield ("a stream, 2026-07-28", "POST", "/mcp",
           {**MODERN, "Mcp-Method": "tools/call",
            "Mcp-Name": "wait_for_mail"},
           tool("wait_for_mail", {**META, "progressToken": "p"}, timeout=1))
    yield ("megabytes", "POST", "/mcp", BEARER,
           rpc("ping", {"text": "x" * (3 << 20)}))


def files():
    yield "a link", "GET", "{link}", {}, None
    yield "a link, HEAD", "HEAD", "{link}", {}, None
    yield "a link, a part", "GET", "{link}", {"Range": "bytes=2-5"}, None
    yield ("a link, as it was", "GET", "{link}", {"If-None-Match": "*"},
           None)
    yield "a link, wrong method", "POST", "{link}", FORM, "a=b"
    yield "a link, preflight", "OPTIONS", "{link}", PREFLIGHT, None
    yield "a broken link", "GET", "/attachment/x", {}, None
    yield "no link", "GET", "/attachment/", {}, None
    yield "a link with a slash inside", "GET", "/attachment/a%2Fb", {}, None
    yield "an upload", "PUT", "{upload}", {}, "0123456789"
    yield "an upload of another length", "PUT", "{upload}", {}, "0123"
    yield "an upload, chunked", "PUT", "{upload}", {}, ["01234", "56789"]
    yield "an upload to nowhere", "PUT", "/attachment/x", {}, "0123"


def pages():
    for path in ("/", "/index.html", "/connect", "/connect.html",
                 "/connect.js", "/style.css", "/sign-in.js", "/icon.svg"):
        yield "a file", "GET", path, {}, None
    yield "a file, HEAD", "HEAD", "/style.css", {}, None
    yield "a file, a part", "GET", "/style.css", {"Range": "bytes=0-9"}, None
    yield "a file, as text", "GET", "/", {"Accept-Encoding": "gzip"}, None
    yield "a file, a query", "GET", "/connect?a=b", {}, None
    for path in ("/nothing", "/nothing/below", "/postern.conf", "/key",
                 "/favicon.ico", "/robots.txt"):
        yield "nothing", "GET", path, {}, None
    yield "nothing, HEAD", "HEAD", "/nothing", {}, None
    for path in ("/mcp/", "/mcp/x", "/attachment", "/oauth/", "/oauth/x",
                 "/healthy", "/authorized"):
        yield "nothing beside a program", "GET", path, {}, None
    yield "a path out of it", "GET", "/../../etc/passwd", {}, None
    yield "a path out of it", "GET", "/%2e%2e/%2e%2e/etc/passwd", {}, None


def all_requests():
    for group in (documents, registrations, sign_ins, tokens, refusals,
                  conversations, files, pages):
        for name, method, target, headers, body in group():
            yield group.__name__, name, method, target, headers, body
