// Signing in with an OpenID provider, as people do: to its pages and back,
// with scripts and without, and what our own pages look like on the way.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { listen, look, open, ready, register, signInUrl, ways }
	from "./page.mjs";
import { test } from "./tap.mjs";

const provider = process.env.TEST_UPSTREAM;
const client = await listen();
const known = await register(client.redirect, "A tool");
const button = (page, name) =>
	page.getByRole("button", { name, exact: true });

// A tab; the provider's certificate is only known to Postern.
async function visit(url, settings) {
	const page = await open(url, { ignoreHTTPSErrors: true, ...settings });
	// Its pages want a font from elsewhere.
	await page.context().route("https://fonts.googleapis.com/**",
		(route) => route.fulfill({ contentType: "text/css" }));
	return page;
}

// A tab with the page of a client.
async function begin(settings = {}) {
	const verifier = randomBytes(32).toString("base64url");
	const page = await visit(signInUrl(known, client.redirect, {
		code_challenge: createHash("sha256").update(verifier)
			.digest("base64url"),
	}), settings);
	return { page, verifier };
}

// Signs in at the provider, whose page it is, and lets us in.
async function signIn(page, who = ready.account.username,
	to = "/oauth/upstream?**") {
	await page.waitForURL(`${provider}/interaction/**`);
	await page.locator("[name=login]").fill(who);
	await page.locator("[name=password]").fill("x");
	await page.locator("[type=submit]").click();
	await consent(page, to);
}

async function consent(page, to = "/oauth/upstream?**") {
	await page.locator("[name=prompt][value=consent]").waitFor(
		{ state: "attached" });
	await page.locator("[type=submit]").click();
	await page.waitForURL(ready.base_url + to);
}

async function redeem(verifier) {
	const told = client.heard[client.heard.length - 1];
	assert.equal(told.get("state"), "a+/= <b>");
	assert.ok(told.get("code").length <= 3000);
	const response = await fetch(`${ready.base_url}/oauth/token`, {
		method: "POST",
		body: new URLSearchParams({ grant_type: "authorization_code",
			code: told.get("code"), redirect_uri: client.redirect,
			client_id: known, code_verifier: verifier }),
	});
	assert.equal(response.status, 200, await response.clone().text());
	return (await response.json()).access_token;
}

async function listMessages(token) {
	const response = await fetch(ready.mcp_url, {
		method: "POST",
		headers: { "Content-Type": "application/json",
			Accept: "application/json, text/event-stream",
			Authorization: `Bearer ${token}` },
		body: JSON.stringify({ jsonrpc: "2.0", id: 1,
			method: "tools/call",
			params: { name: "list_mail_messages", arguments: {} } }),
	});
	assert.equal(response.status, 200);
	return (await response.json()).result.structuredContent;
}

for (const scripts of [true, false])
	test(`to the provider and back, ${scripts ? "with" : "without"} scripts`,
		async () => {
			const { page, verifier } = await begin(
				{ javaScriptEnabled: scripts });
			await page.getByRole("switch", { name: /^Send/ }).uncheck();
			await button(page, "Sign in with Test Mail").click();
			await signIn(page);
			await page.getByRole("heading",
				{ name: "Mailboxes added" }).waitFor();
			await page.getByText(ready.account.username).first().waitFor();
			// What was chosen before still is: nothing is sent.
			assert.doesNotMatch(await page.locator(".boxes").innerText(),
				/send/i);
			await button(page, "Connect").click();
			await page.waitForURL(client.redirect + "**");
			const told = await listMessages(await redeem(verifier));
			assert.ok(told.uidvalidity, JSON.stringify(told));
			assert.deepEqual(page.complaints, []);
			await page.context().close();
		});

for (const scripts of [true, false])
	test(`the page of one's own, ${scripts ? "with" : "without"} scripts`,
		async () => {
			const page = await visit(`${ready.base_url}/connections`,
				{ javaScriptEnabled: scripts });
			// Without scripts axe-core never ends.
			if (scripts)
				await look(page, "upstream-own-light");
			await button(page, "Sign in with Test Mail").click();
			await signIn(page, ready.account.username, "/connections");
			await button(page, "Sign out").waitFor();
			await page.getByText(ready.account.username).first().waitFor();
			assert.equal(await button(page, "Make a token").count(), 0);
			assert.deepEqual(page.complaints, []);
			await page.context().close();
		});

test("by keyboard alone", async () => {
	const { page, verifier } = await begin();
	await button(page, "Sign in with Test Mail").focus();
	await page.keyboard.press("Enter");
	await page.waitForURL(`${provider}/interaction/**`);
	await page.locator("[name=login]").focus();
	await page.keyboard.type(ready.account.username);
	await page.keyboard.press("Tab");
	await page.keyboard.type("x");
	await page.keyboard.press("Enter");
	await page.locator("[name=prompt][value=consent]").waitFor(
		{ state: "attached" });
	await page.locator("[type=submit]").focus();
	await page.keyboard.press("Enter");
	await page.waitForURL(`${ready.base_url}/oauth/upstream?**`);
	await button(page, "Connect").focus();
	await page.keyboard.press("Enter");
	await page.waitForURL(client.redirect + "**");
	assert.ok((await listMessages(await redeem(verifier))).uidvalidity);
	await page.context().close();
});

test("who goes back and again is not stuck", async () => {
	const { page } = await begin();
	await button(page, "Sign in with Test Mail").click();
	await signIn(page);
	// The answer of the sign-in serves once.
	await page.reload();
	await page.getByRole("alert").waitFor();
	await button(page, "Sign in with Test Mail").click();
	await consent(page);
	await page.getByRole("heading", { name: "Mailboxes added" }).waitFor();
	await button(page, "Connect").click();
	await page.waitForURL(client.redirect + "**");
	await page.context().close();
});

for (const [name, settings] of ways)
	test(`looks right and is open to all: ${name}`, async () => {
		const { page } = await begin(settings);
		await look(page, `upstream-sign-in-${name}`);
		// 204 leaves the browser where it is: on the page that goes on.
		await page.context().route(`${provider}/**`, (route) =>
			route.fulfill({ status: 204 }));
		await button(page, "Sign in with Test Mail").click();
		await page.getByRole("link",
			{ name: "Sign in with Test Mail" }).waitFor();
		await look(page, `upstream-onward-${name}`);
		await page.context().unroute(`${provider}/**`);
		await page.getByRole("link",
			{ name: "Sign in with Test Mail" }).click();
		await page.waitForURL(`${provider}/interaction/**`);
		await page.locator("a[href$=abort]").click();
		await page.getByRole("alert").waitFor();
		await look(page, `upstream-denied-${name}`);
		await button(page, "Sign in with Test Mail").click();
		await signIn(page, "nobody");
		await page.getByRole("alert").waitFor();
		await look(page, `upstream-refused-${name}`);
		await page.context().clearCookies({ domain: "localhost" });
		await button(page, "Sign in with Test Mail").click();
		await signIn(page);
		await page.getByRole("heading",
			{ name: "Mailboxes added" }).waitFor();
		await look(page, `upstream-added-${name}`);
		const back = page.url();
		await page.context().clearCookies({ domain: "127.0.0.1" });
		await page.goto(back);
		await page.getByRole("heading",
			{ name: "This form cannot be accepted" }).waitFor();
		await look(page, `upstream-elsewhere-${name}`);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

test("the client is no longer waited for", async () => client.close());
