// What the README tells people to type, with the address of the site under
// test for its example.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mcp } from "./ready.mjs";

const text = readFileSync(process.env.POSTERN_README, "utf8");

export function readme(pattern) {
	const found = pattern.exec(text);
	assert.ok(found, `the README does not say ${pattern}`);
	return found[0].replace(/[`"].*/, "")
		.replaceAll("https://mail.example.org/mcp", String(mcp));
}
