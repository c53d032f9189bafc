// mcp-remote, started as the README says by a program that speaks stdio only;
// the person signs in with Chromium.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from
	"@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { formCases } from "./ask.mjs";
import { Mailbox } from "./mailbox.mjs";
import { Person } from "./chromium.mjs";
import { readme } from "./readme.mjs";
import { ready } from "./ready.mjs";
import { contextCases } from "./context.mjs";
import { toolCases } from "./tools.mjs";
import { run, test } from "./tap.mjs";

const title = "mcp-remote 0.15.1";
// What mcp-remote needs to start and a person to sign in, on a busy computer.
const PATIENCE_MS = 180000;
const say = (name) => `${title}: ${name}`;
const person = new Person();
const state = { progress: (params, onprogress) =>
	state.client.callTool(params, undefined, { onprogress }) };

// Connects while the person signs in, or finds nothing to do.
async function connect(...more) {
	const [command, ...args] = readme(/npx mcp-remote \S+/).split(" ");
	const client = new Client({ name: "tests", version: "1" },
		{ capabilities: { elicitation: { form: {} } } });
	client.setRequestHandler(ElicitRequestSchema,
		({ params }) => state.answer(params));
	const transport = new StdioClientTransport({ command,
		args: [...args, ...more], env: person.environment,
		stderr: "pipe" });
	state.log = "";
	transport.stderr.on("data", (text) => state.log += text);
	state.client = client;
	await client.connect(transport, { timeout: PATIENCE_MS })
		.catch((error) => {
			throw new Error(`${error}\n${state.log}`);
		});
}

// All files below.
function files(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() ? files(join(folder, entry.name)) :
			[join(folder, entry.name)]);
}

test(say("opens the sign-in page and waits for the answer"), async () => {
	const connected = connect();
	const end = await person.signIn();
	await connected;
	assert.equal(end.address.origin, ready.base_url);
	assert.match(end.address.searchParams.get("scope"), /mail:read/);
	assert.equal(end.url.origin + end.url.pathname,
		end.address.searchParams.get("redirect_uri"));
	assert.equal(end.url.hostname, "localhost");
	assert.match(end.text, /Authorization successful/);
	assert.equal(person.wasAsked(), false);
});
toolCases(title, state);
contextCases(title, state);
test(say("what it was given lies where only its owner reads"), () => {
	const kept = files(join(person.home, ".mcp-auth"));
	assert.ok(kept.some((name) => name.endsWith("_tokens.json")), kept);
	for (const name of kept)
		if (name.endsWith("_tokens.json"))
			assert.equal(statSync(name).mode & 0o077, 0, name);
});
test(say("started again, it needs no sign-in"), async () => {
	await state.client.close();
	await connect();
	const told = await state.client.callTool({ name: "list_accounts" });
	assert.ok(told.structuredContent.accounts.length);
	assert.equal(person.wasAsked(), false);
	await state.client.close();
});
test(say("in the newer revision too"), async () => {
	await connect("--protocol", "auto");
	const told = await state.client.callTool({ name: "list_mailboxes" });
	assert.ok(told.structuredContent.mailboxes.length);
	assert.match(state.log, /2026-07-28/);
});
test(say("thrown out of the mailbox, it opens the page again"), async () => {
	const box = await Mailbox.open(ready);
	assert.ok(await box.remove("Connected Agents", "MCP CLI Proxy") > 0);
	box.close();
	const called = state.client.callTool({ name: "list_mailboxes" });
	await person.signIn(["send"]);
	assert.ok((await called).structuredContent.mailboxes.length);
});
// It hands on what a server of the newer revision asks.
formCases(title, state);
await run(async () => {
	await state.client?.close();
	await person.leave();
});
