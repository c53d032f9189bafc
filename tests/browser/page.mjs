// A browser, a client that waits for its answer, and what every page of ours
// must be like.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createHash, randomBytes } from "node:crypto";
import { chromium } from "playwright-core";

export const ready = JSON.parse(readFileSync(process.env.POSTERN_READY));

export const browser = await chromium.launch({
	executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu",
		"--renderer-process-limit=1"],
});

// What a client listens on, and the queries it was sent.
export async function listen() {
	const heard = [];
	const server = createServer((request, response) => {
		const url = new URL(request.url, "http://127.0.0.1");
		if (url.pathname === "/callback")
			heard.push(url.searchParams);
		response.setHeader("Content-Type", "text/html");
		response.end(url.searchParams.has("frame") ?
			`<iframe src="${url.searchParams.get("frame")}"></iframe>` :
			"<h1>Back at the client</h1>");
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const base = `http://127.0.0.1:${server.address().port}`;
	return { heard, base, redirect: `${base}/callback`,
		close: () => server.close() };
}

export async function register(redirect, name, base = ready.base_url) {
	const response = await fetch(`${base}/oauth/register`, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ client_name: name,
			redirect_uris: [redirect],
			token_endpoint_auth_method: "none" }),
	});
	assert.equal(response.status, 201);
	return (await response.json()).client_id;
}

export function signInUrl(client, redirect, more = {},
	base = ready.base_url) {
	const challenge = createHash("sha256").update(randomBytes(32))
		.digest("base64url");
	return `${base}/oauth/authorize?` + new URLSearchParams({
		response_type: "code", client_id: client,
		redirect_uri: redirect, code_challenge: challenge,
		code_challenge_method: "S256", state: "a+/= <b>",
		resource: `${base}/mcp`, ...more });
}

// A tab of its own, and what the browser complained of there.
export async function open(url, settings = {}) {
	const context = await browser.newContext(settings);
	const page = await context.newPage();
	page.complaints = [];
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()) &&
		    !/status of 4\d\d/.test(message.text()))
			page.complaints.push(message.text());
	});
	page.on("pageerror", (error) => page.complaints.push(error.message));
	await page.goto(url);
	return page;
}

// Opens what stands below that title; what the page finds out for itself may
// have done so just now, and then a click closes it.
export async function unfold(page, title, field) {
	while (!await page.locator(field).isVisible())
		await page.getByText(title).click();
}

// The ratio of WCAG 2.2, 1.4.3, of every text to what lies behind it; gives
// those under 4.5.
export function faintTexts(page) {
	return page.evaluate(() => {
		const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
		const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
			.map((v) => v <= 0.04045 ? v / 12.92 :
				((v + 0.055) / 1.055) ** 2.4)
			.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
		const behind = (element) => {
			for (let at = element; at; at = at.parentElement) {
				const colour = rgb(getComputedStyle(at).backgroundColor);
				if (colour.length === 3 || colour[3] > 0)
					return colour;
			}
			return [255, 255, 255];
		};
		const faint = [];
		const walker = document.createTreeWalker(document.body,
			NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) {
			const element = walker.currentNode.parentElement;
			if (!walker.currentNode.textContent.trim() ||
			    !element.checkVisibility())
				continue;
			const a = light(rgb(getComputedStyle(element).color));
			const b = light(behind(element));
			const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			if (ratio < 4.5)
				faint.push([walker.currentNode.textContent.trim(), ratio]);
		}
		return faint;
	});
}

const axe = readFileSync(createRequire(import.meta.url)
	.resolve("axe-core/axe.min.js"), "utf8");

// What axe-core holds against the page: rule and elements.
export async function violations(page) {
	await page.evaluate(axe);
	return page.evaluate(async () => (await window.axe.run()).violations
		.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]));
}

// What is not as a screen reader or a keyboard needs it.
export function barriers(page) {
	return page.evaluate(() => {
		const wrong = [];
		for (const field of document.querySelectorAll(
			"input:not([type=hidden]), select, textarea")) {
			if (field.labels.length !== 1)
				wrong.push(`${field.name} has no label`);
			for (const id of (field.getAttribute("aria-describedby") ??
				"").split(" ").filter(Boolean))
				if (document.getElementById(id) === null)
					wrong.push(`${field.name}: no ${id}`);
			if (field.tabIndex !== 0)
				wrong.push(`${field.name} is out of order`);
		}
		for (const link of document.querySelectorAll("a[href^='#']"))
			if (document.querySelector(link.getAttribute("href")) === null)
				wrong.push(`${link.href} leads nowhere`);
		const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
		if (new Set(ids).size !== ids.length)
			wrong.push("an id comes twice");
		if (document.querySelectorAll("h1").length !== 1)
			wrong.push("not one h1");
		if (document.documentElement.lang !== "en")
			wrong.push("no language");
		if (document.documentElement.scrollWidth > innerWidth)
			wrong.push(`wider than the window: ${
				document.documentElement.scrollWidth}`);
		return wrong;
	});
}

// How each page is looked at.
export const ways = [
	["light", { colorScheme: "light", viewport: { width: 1100, height: 900 } }],
	["dark", { colorScheme: "dark", viewport: { width: 1100, height: 900 } }],
	["phone", { colorScheme: "light", viewport: { width: 375, height: 812 } }],
	["phone-dark", { colorScheme: "dark",
		viewport: { width: 375, height: 812 } }],
];

// Takes a picture, and refuses what keeps anybody from reading or using it.
export async function look(page, name) {
	await page.screenshot({ fullPage: true,
		path: `../screenshots/${name}.png` });
	assert.deepEqual(await barriers(page), [], name);
	assert.deepEqual(await faintTexts(page), [], name);
	assert.deepEqual(await violations(page), [], name);
}
