// The landing page and the guide for agents, as files of the web server.
import assert from "node:assert/strict";
import { barriers, look, open, ready, ways } from "./page.mjs";
import { test } from "./tap.mjs";

const mcp = ready.base_url + "/mcp";
test("the landing page leads to the guide", async () => {
	const page = await open(ready.base_url + "/");
	await page.getByRole("link", { name: /How to connect/ }).click();
	await page.waitForURL(ready.base_url + "/connect");
	assert.equal(await page.locator("#url").textContent(), mcp);
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test("each agent has a tab, reached by keyboard", async () => {
	const page = await open(ready.base_url + "/connect#vs-code");
	const tab = page.getByRole("tab", { selected: true });
	assert.equal(await tab.textContent(), "VS Code");
	await tab.focus();
	await page.keyboard.press("ArrowRight");
	assert.equal(await tab.textContent(), "Cursor");
	assert.equal(await page.getByRole("tabpanel").count(), 1);
	assert.match(await page.getByRole("tabpanel").innerText(),
		/\.cursor\/mcp\.json/);
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	assert.deepEqual(await barriers(page), []);
	await page.context().close();
});

test("what is copied is whole, and JSON where it is JSON", async () => {
	const page = await open(ready.base_url + "/connect");
	await page.context().grantPermissions(
		["clipboard-read", "clipboard-write"]);
	for (const [name, member] of [["VS Code", "servers"],
		["Cursor", "mcpServers"], ["Gemini CLI", "mcpServers"]]) {
		await page.getByRole("tab", { name }).click();
		const panel = page.getByRole("tabpanel");
		await panel.getByRole("button", { name: "Copy" }).last()
			.click();
		await panel.getByRole("button", { name: "Copied" }).waitFor();
		const text = await page.evaluate(() =>
			navigator.clipboard.readText());
		const server = JSON.parse(text)[member].postern;
		assert.equal(server.url ?? server.httpUrl, mcp);
	}
	await page.context().close();
});

test("without scripts all of it stands there", async () => {
	const page = await open(ready.base_url + "/connect",
		{ javaScriptEnabled: false });
	for (const name of ["Claude Code", "ChatGPT", "VS Code", "Cursor",
		"Gemini CLI", "curl"])
		assert.ok(await page.getByRole("heading", { name }).first()
			.isVisible(), name);
	assert.match(await page.locator("main").innerText(),
		/THIS-HOST stands for/);
	assert.equal(await page.getByRole("button").count(), 0);
	await page.context().close();
});

for (const [way, settings] of ways)
	test(`can be read: ${way}`, async () => {
		for (const [name, path] of [["landing", "/"],
			["connect", "/connect"]]) {
			const page = await open(ready.base_url + path, settings);
			await look(page, `${name}-${way}`);
			await page.context().close();
		}
	});
