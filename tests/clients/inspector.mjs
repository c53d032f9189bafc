// The inspector of MCP as a command: one process a call, each with what the
// first of them was given when the person signed in.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { Mailbox } from "./mailbox.mjs";
import { Person } from "./chromium.mjs";
import { mcp, ready } from "./ready.mjs";
import { promptCases, resourceCases } from "./context.mjs";
import { toolCases } from "./tools.mjs";
import { run, test } from "./tap.mjs";

const title = "inspector 2.12.0";
const say = (name) => `${title}: ${name}`;
const person = new Person();

// A port of this computer that nobody listens on just now.
async function freePort() {
	const server = createServer();
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address();
	await new Promise((done) => server.close(done));
	return port;
}

const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;

// What it prints of one method; it ends badly where a tool's answer is bad,
// which it prints all the same.
async function ask(method, ...more) {
	const { stdout } = await promisify(execFile)("mcp-inspector",
		["--cli", String(mcp),
			"--method", method, "--format", "json", "--callback-url",
			callback, ...more], { maxBuffer: 1 << 24, env: {
			...person.environment, MCP_AUTO_OPEN_ENABLED: "true",
			MCP_INSPECTOR_SECRET_STORE: "file" } }).catch((error) => {
		if (error.stdout)
			return error;
		throw new Error(`${error.message}\n${error.stderr}`);
	});
	return JSON.parse(stdout).result;
}

const client = (...more) => ({
	listTools: () => ask("tools/list", ...more),
	callTool: ({ name, arguments: args }) => ask("tools/call", "--tool-name",
		name, "--tool-args-json", JSON.stringify(args ?? {}), ...more),
	listResources: () => ask("resources/list", ...more),
	listResourceTemplates: () => ask("resources/templates/list", ...more),
	readResource: ({ uri }) => ask("resources/read", "--uri", uri, ...more),
	listPrompts: () => ask("prompts/list", ...more),
	getPrompt: ({ name, arguments: args }) => ask("prompts/get",
		"--prompt-name", name, ...Object.entries(args ?? {}).flatMap(
			([key, value]) => ["--prompt-args", `${key}=${value}`]),
		...more),
});
const newer = ["--protocol-era", "modern", "--stored-auth-only"];

test(say("opens the sign-in page and waits for the answer"), async () => {
	const listed = ask("tools/list");
	const end = await person.signIn();
	assert.equal(end.address.origin, ready.base_url);
	assert.equal(end.url.origin + end.url.pathname, callback);
	assert.ok((await listed).tools.length);
});
toolCases(title, { client: client("--stored-auth-only") });
// It has no option for what is to be completed, and shows no progress.
resourceCases(title, { client: client(...newer) });
promptCases(title, { client: client(...newer) });
test(say("takes an answer that progress came before"), async () => {
	const told = await client("--tool-metadata", "progressToken=p1", ...newer)
		.callTool({ name: "wait_for_mail", arguments: {
			timeout_seconds: 2, subject: "nothing has this" } });
	assert.equal(told.structuredContent.timed_out, true);
});
test(say("in the newer revision too"), async () => {
	const { tools } = await client(...newer).listTools();
	assert.ok(tools.length);
	const told = await client(...newer).callTool({ name: "list_mailboxes" });
	assert.ok(told.structuredContent.mailboxes.length);
	assert.ok(told._meta["io.modelcontextprotocol/serverInfo"].version);
});
test(say("each tool's schema is one that every client takes"), async () => {
	const { tools } = await client("--strict", "--stored-auth-only")
		.listTools();
	assert.ok(tools.length);
});
test(say("what it was given opens nothing any more when it is thrown out"),
	async () => {
		const box = await Mailbox.open(ready);
		assert.equal(await box.remove("Connected Agents", "Inspector"), 1);
		box.close();
		await assert.rejects(client("--stored-auth-only")
			.callTool({ name: "list_mailboxes" }), /auth/);
		assert.equal(person.wasAsked(), false);
	});
await run(() => person.leave());
