// An OpenID provider whose access tokens open the mailboxes of the test: who
// signs in is whoever types a name.  node provider.mjs HTTPS HTTP TLS: ports,
// and the folder of certificates.  By HTTP the mail server asks whose a token
// is, and a test changes how the provider behaves: POST /test?NAME=VALUE.  A
// fourth argument is its issuer, where that is not https://localhost:HTTPS.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import Provider from "oidc-provider";

const [secure, plain, tls,
	issuer = `https://localhost:${secure}`] = process.argv.slice(2);
const kept = new Map();
// down: all but the sign-in page; blind: who asks whose a token is; bytes and
// refresh_bytes: random ones of a token; rotate: refresh tokens; life: of
// access tokens, in seconds; other: it tells somebody else's address; away:
// there is no new token for the other mailbox.
const how = { down: 0, blind: 0, bytes: 32, refresh_bytes: 32, rotate: 0,
	life: 3600, other: 0, away: 0 };
const isAway = (ctx) => how.away === 1 &&
	ctx.oidc?.entities?.RefreshToken?.accountId?.startsWith("other");
// How often it was asked for its document, and for new tokens.
const asked = { documents: 0, refreshes: 0 };

class Adapter {
	constructor(name) {
		this.name = name;
	}
	key(id) {
		return `${this.name} ${id}`;
	}
	async upsert(id, payload) {
		kept.set(this.key(id), payload);
	}
	async find(id) {
		return kept.get(this.key(id));
	}
	async findByUid(uid) {
		return [...kept.values()].find((payload) =>
			payload.uid === uid);
	}
	async findByUserCode() {
		return undefined;
	}
	async consume(id) {
		kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
	}
	async destroy(id) {
		kept.delete(this.key(id));
	}
	async revokeByGrantId(grantId) {
		for (const [key, payload] of kept)
			if (payload.grantId === grantId)
				kept.delete(key);
	}
}

const provider = new Provider(issuer, {
	adapter: Adapter,
	clients: [{
		client_id: "postern", client_secret: "upstream secret",
		redirect_uris: ["http://127.0.0.1/oauth/upstream"],
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
	}, {
		// A web server's own, that lets nobody to Postern but by it.
		client_id: "web", client_secret: "what the provider shows",
		redirect_uris: ["https://mail.example.org/organisation"],
		post_logout_redirect_uris: ["https://mail.example.org/"],
	}, {
		client_id: "mail", client_secret: "mail-secret",
		redirect_uris: [], response_types: [], grant_types: [],
	}],
	clientBasedCORS: () => false,
	cookies: { keys: ["a test's key"] },
	features: {
		devInteractions: { enabled: true },
		introspection: { enabled: true, allowedPolicy: () => true },
	},
	findAccount: (ctx, id) => ({
		accountId: id, claims: () => ({ sub: id,
			email: how.other ? "other@postern.test" : id }),
	}),
	claims: { openid: ["sub"], email: ["email"] },
	conformIdTokenClaims: false,
	pkce: { required: () => true },
	rotateRefreshToken: (ctx) => how.rotate === 1 && !isAway(ctx),
	ttl: { AccessToken: () => how.life, RefreshToken: 86400,
		Grant: 86400, Session: 86400, Interaction: 600, IdToken: 600 },
});
for (const [kind, bytes] of [["AccessToken", "bytes"],
	["RefreshToken", "refresh_bytes"]]) {
	const usual = provider[kind].prototype.generateTokenId;
	provider[kind].prototype.generateTokenId = function () {
		return usual.call(this) +
			randomBytes(how[bytes]).toString("base64url");
	};
}
provider.use(async (ctx, next) => {
	asked.documents += ctx.path.startsWith("/.well-known/openid") ? 1 : 0;
	if (how.blind && ctx.path === "/token/introspection")
		ctx.throw(503);
	await next();
	if (isAway(ctx)) {
		ctx.status = 503;
		ctx.body = {};
	}
	asked.refreshes +=
		ctx.oidc?.params?.grant_type === "refresh_token" ? 1 : 0;
});
provider.on("server_error", (ctx, error) => console.error(error));
// Postern's port is not known yet.
provider.Client.prototype.redirectUriAllowed = (uri) =>
	["/oauth/upstream", "/organisation"].includes(new URL(uri).pathname);

function control(request, response) {
	const url = new URL(request.url, "http://localhost");
	for (const [name, value] of url.searchParams)
		how[name] = Number(value);
	// forget: all that was granted; expire: what opens mailboxes now.
	const gone = url.searchParams.has("forget") ?
		/^(AccessToken|RefreshToken|Grant) / : /^AccessToken /;
	if (url.searchParams.has("forget") || url.searchParams.has("expire"))
		for (const key of [...kept.keys()])
			if (gone.test(key))
				kept.delete(key);
	response.end(JSON.stringify(asked));
}

const answer = provider.callback();
https.createServer({
	key: readFileSync(`${tls}/server.key`),
	cert: readFileSync(`${tls}/server.pem`),
}, (request, response) => {
	if (how.down && !request.url.startsWith("/auth")) {
		response.statusCode = 503;
		response.end();
		return;
	}
	answer(request, response);
}).listen(Number(secure), "127.0.0.1");
http.createServer((request, response) =>
	(request.url.startsWith("/test") ? control : answer)(request, response)
).listen(Number(plain), "127.0.0.1");
