// What the README and the page /connect tell people to type: it is the same,
// and what can be run here does what it should.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { auth } from "@modelcontextprotocol/sdk/client/auth.js";
import { decode, signIn } from "./browser.mjs";
import { Provider } from "./provider.mjs";
import { mcp, ready } from "./ready.mjs";
import { run, test } from "./tap.mjs";

const readme = readFileSync(process.env.POSTERN_README, "utf8");
const page = await (await fetch(`${ready.base_url}/connect`)).text();
const provider = new Provider("http://127.0.0.1:9/callback");

// The pieces of the page to copy, with this site's address.
const pieces = [...page.matchAll(
	/<pre class="copied"><code[^>]*>([^]*?)<\/code><\/pre>/g)]
	.map((found) => decode(found[1])
		.replaceAll("https://THIS-HOST", ready.base_url));

// The pieces of the README's table, likewise.
function rows() {
	const table = /^## Connect a client$([^]*?)^## /m.exec(readme)[1];
	return [...table.matchAll(/^\|.*$/gm)].flatMap((row) =>
		[...row[0].matchAll(/`([^`]*mail\.example\.org[^`]*)`/g)])
		.map((found) => found[1].replaceAll(
			"https://mail.example.org", ready.base_url));
}

// JSON however it is laid out.
function same(a, b) {
	const flat = (text) => text.startsWith("{") ?
		JSON.stringify(JSON.parse(text)) : text;
	return flat(a) === flat(b);
}

function shell(command) {
	return JSON.parse(execFileSync("sh", ["-c", command], {
		env: { PATH: process.env.PATH,
			TOKEN: provider.kept.tokens.access_token },
		encoding: "utf8" }));
}

test("guide: the page says what the README says", () => {
	assert.ok(rows().length >= 5, rows());
	for (const row of rows())
		assert.ok(pieces.some((piece) => same(piece, row)), row);
});
test("guide: each file of settings is one, and names this address", () => {
	const files = pieces.filter((piece) => piece.startsWith("{"))
		.map((piece) => JSON.parse(piece));
	assert.ok(files.length >= 4);
	for (const file of files) {
		const { postern } = file.servers ?? file.mcpServers;
		assert.ok([postern.url, postern.httpUrl,
			...postern.args ?? []].includes(String(mcp)), file);
	}
	const remote = files.map((file) => file.mcpServers?.postern)
		.find((server) => server?.command);
	assert.ok(rows().includes([remote.command, ...remote.args].join(" ")));
});
test("guide: curl as the page says", async () => {
	await auth(provider, { serverUrl: mcp });
	const callback = await signIn(provider.kept.url, ready);
	await auth(provider, { serverUrl: mcp, authorizationCode:
		callback.searchParams.get("code") });
	const command = pieces.find((piece) => piece.startsWith("curl"));
	const told = shell(command).result.structuredContent;
	assert.ok(told.mailboxes.some((box) => box.name === "INBOX"));
});
test("guide: curl as the README says", () => {
	const commands = readme.replaceAll("http://127.0.0.1:8480",
		ready.base_url).match(/^curl (.*\\\n)*.*$/gm);
	assert.equal(commands.length, 2);
	assert.equal(shell(commands[0]).resource, String(mcp));
	assert.ok(shell(commands[1]).result.tools.length > 0);
});
await run();
