// The site under test.
import { readFileSync } from "node:fs";

export const ready = JSON.parse(readFileSync(
	process.env.POSTERN_READY ?? "build/run/ready.json"));
export const mcp = new URL(ready.mcp_url);
