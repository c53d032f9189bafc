// The site under test, and whose mailbox it is.
import { readFileSync } from "node:fs";

export const ready = JSON.parse(readFileSync(
	process.env.POSTERN_READY ?? "build/run/ready.json"));
if (process.env.POSTERN_MAILBOX)
	ready.account.username = process.env.POSTERN_MAILBOX;
export const mcp = new URL(ready.mcp_url);
