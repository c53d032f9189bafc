// What becomes of a client's access, rows of cases over a library: it signs
// in, refreshes, asks for more, and comes back when it was thrown out.
import assert from "node:assert/strict";
import { Mailbox } from "./mailbox.mjs";
import { Provider } from "./provider.mjs";
import { mcp, ready } from "./ready.mjs";
import { signIn } from "./browser.mjs";
import { test } from "./tap.mjs";

const redirect = "http://127.0.0.1:9/callback";
const LITTLE = ["mail:folders"];
// A token that lives longer is not waited for.
const WAIT_MOST_SECONDS = 60;

// What the person at the address that the provider was given does.
async function visit(provider, opened, allowed, asks) {
	const callback = await signIn(provider.kept.url, ready, allowed, asks);
	assert.equal(callback.searchParams.get("error"), null);
	assert.equal(callback.searchParams.get("state"), provider.kept.state);
	await opened.finish(callback.searchParams);
	assert.ok(provider.kept.tokens.access_token);
	assert.ok(provider.kept.tokens.refresh_token);
}

// What is asked for about mail.
function asked(provider) {
	return provider.kept.url.searchParams.get("scope").split(" ")
		.filter((scope) => scope.startsWith("mail:")).sort();
}

// The client of a provider that is signed in.
async function connected(adapter, provider) {
	const opened = adapter.make(mcp, provider);
	await opened.connect();
	return opened;
}

// From an unknown server to state.client, that has to ask before these.
export function signInCases(title, adapter, state, asks = []) {
	const say = (name) => `${title}: ${name}`;
	const provider = new Provider(redirect);

	state.provider = provider;
	test(say("an unknown server leads to its sign-in page"), async () => {
		const opened = adapter.make(mcp, provider);
		await assert.rejects(opened.connect(), adapter.isUnauthorized);
		assert.ok(provider.kept.client.client_id);
		await visit(provider, opened, undefined, asks);
	});
	test(say("connects with the token"), async () => {
		const opened = await connected(adapter, provider);
		state.client = opened.client;
		assert.equal(opened.version(), adapter.version);
	});
}

// adapter.stuck: what is the matter where the library refreshes when it lacks
// a permission, instead of asking for it.
function moreCases(say, adapter) {
	const provider = new Provider(redirect);
	let opened;

	test(say("signs in with less"), async () => {
		const first = adapter.make(mcp, provider);
		assert.equal(await adapter.auth(provider, { serverUrl: mcp,
			scope: LITTLE.join(" ") }), "REDIRECT");
		assert.deepEqual(asked(provider), LITTLE);
		await visit(provider, first, LITTLE);
		opened = await connected(adapter, provider);
		const { tools } = await opened.client.listTools();
		assert.deepEqual(tools.map((tool) => tool.name).sort(),
			["list_accounts", "list_mailboxes"]);
	});
	test(say("a tool beyond that leads to sign in for more"), async () => {
		if (adapter.stuck) {
			await assert.rejects(opened.client.callTool(
				{ name: "list_mail_messages" }), adapter.stuck);
			delete provider.kept.tokens.refresh_token;
			await opened.client.listTools();
		}
		delete provider.kept.url;
		await assert.rejects(opened.client.callTool(
			{ name: "list_mail_messages" }), adapter.isUnauthorized);
		assert.deepEqual(asked(provider), [...LITTLE, "mail:read"]);
		await visit(provider, opened, asked(provider));
		const told = await opened.client.callTool(
			{ name: "list_mail_messages" });
		assert.ok(told.structuredContent.uidvalidity);
		await opened.client.close();
		// A connection may keep the list it was given for a while.
		const { client } = await connected(adapter, provider);
		const { tools } = await client.listTools();
		assert.ok(tools.some((one) => one.name === "list_mail_messages"));
		await client.close();
	});
}

// At the end of the others: by then the token has ended by itself.
export function accessCases(title, adapter, state) {
	const say = (name) => `${title}: ${name}`;
	const call = () => state.client.callTool({ name: "list_mailboxes" });
	let provider, saves;

	test(say("refreshes an access token that no longer opens"), async () => {
		provider = state.provider;
		saves = provider.saves;
		provider.kept.tokens = { ...provider.kept.tokens,
			access_token: "expired" };
		assert.ok((await call()).structuredContent.mailboxes);
		assert.equal(provider.saves, saves + 1);
		assert.ok(provider.kept.tokens.refresh_token);
	});
	test(say("refreshes an access token that has ended"), async (skip) => {
		const { access_token, expires_in } = provider.kept.tokens;
		if (expires_in > WAIT_MOST_SECONDS)
			return skip(`a token lives ${expires_in} s`);
		await new Promise((go) => setTimeout(go, expires_in * 1000 + 500));
		assert.ok((await call()).structuredContent.mailboxes);
		assert.equal(provider.saves, saves + 2);
		assert.notEqual(provider.kept.tokens.access_token, access_token);
	});
	test(say("thrown out of the mailbox, it signs in again"), async () => {
		const box = await Mailbox.open(ready);
		assert.equal(await box.remove("Connected Agents", provider.name), 1);
		delete provider.kept.url;
		await assert.rejects(call(), adapter.isUnauthorized);
		assert.equal(provider.kept.tokens, undefined);
		const opened = adapter.make(mcp, provider);
		await visit(provider, opened);
		assert.ok((await call()).structuredContent.mailboxes);
		assert.equal(await box.remove("Connected Agents", provider.name), 1);
		box.close();
		await state.client.close();
	});
	moreCases(say, adapter);
}
