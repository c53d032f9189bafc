// A person who sits at a browser: programs open pages in it, by the command
// that BROWSER names, and the person signs in there.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from
	"node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ready } from "./ready.mjs";

const PATIENCE_MS = 180000;
const PAUSE_MS = 50;

export class Person {
	// home: where the programs may keep what they are given.
	constructor() {
		this.home = mkdtempSync(join(tmpdir(), "postern-"));
		this.asked = join(this.home, "asked");
		this.command = join(this.home, "browser");
		writeFileSync(this.command, "#!/bin/sh\n" +
			`printf '%s' "$1" >'${this.asked}.new'\n` +
			`exec mv '${this.asked}.new' '${this.asked}'\n`,
		{ mode: 0o755 });
	}
	// What a program is started with; nothing else of ours reaches it.
	get environment() {
		return { PATH: process.env.PATH, HOME: this.home,
			BROWSER: this.command, npm_config_offline: "true",
			npm_config_update_notifier: "false" };
	}
	// The address that a program opens, or has opened since the last time.
	async address() {
		const until = Date.now() + PATIENCE_MS;
		while (!existsSync(this.asked)) {
			assert.ok(Date.now() < until, "no page was opened");
			await new Promise((go) => setTimeout(go, PAUSE_MS));
		}
		const address = readFileSync(this.asked, "utf8");
		rmSync(this.asked);
		return new URL(address);
	}
	async open() {
		return this.browser ??= await chromium.launch({
			executablePath: "/usr/bin/chromium",
			args: ["--no-sandbox", "--disable-gpu"],
		});
	}
	wasAsked() {
		return existsSync(this.asked);
	}
	// Signs in at that address, and wants to be asked before these; gives
	// where it began, and where and with which words it ended.
	async signIn(asks = []) {
		const address = await this.address();
		const context = await (await this.open()).newContext();
		const page = await context.newPage();
		await page.goto(String(address));
		await page.locator("#username").fill(ready.account.username);
		await page.locator("#password").fill(ready.account.password);
		await page.locator("[name=ask]").evaluateAll((boxes, on) => {
			for (const box of boxes)
				box.checked = on.includes(box.value);
		}, asks);
		await page.getByRole("button", { name: "Connect", exact: true })
			.click();
		await page.waitForURL((url) =>
			url.origin !== new URL(ready.base_url).origin);
		const end = { address, url: new URL(page.url()),
			text: await page.locator("body").innerText() };
		await context.close();
		return end;
	}
	async leave() {
		await this.browser?.close();
		rmSync(this.home, { recursive: true, force: true });
	}
}
