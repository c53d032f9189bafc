// @modelcontextprotocol/client with one way of agreeing on a revision:
// client.mjs legacy|auto|2026-07-28.
import { auth, Client, StreamableHTTPClientTransport, UnauthorizedError } from
	"@modelcontextprotocol/client";
import { accessCases, signInCases } from "./access.mjs";
import { formCases, pageCases } from "./ask.mjs";
import { contextCases } from "./context.mjs";
import { toolCases } from "./tools.mjs";
import { run } from "./tap.mjs";

const way = process.argv[2];
const mode = way === "legacy" || way === "auto" ? way : { pin: way };
const title = `client 2.4.0 ${way}`;
const state = { progress: (params, onprogress) =>
	state.client.callTool(params, { onprogress }) };
const asking = {};
const adapter = {
	version: way === "legacy" ? "2025-11-25" : "2026-07-28",
	auth,
	isUnauthorized: (error) => error instanceof UnauthorizedError ||
		error.cause instanceof UnauthorizedError,
	make(url, authProvider) {
		const client = new Client({ name: "tests", version: "1" },
			{ versionNegotiation: { mode },
				capabilities: { elicitation: { form: {} } } });
		client.setRequestHandler("elicitation/create",
			({ params }) => asking.answer(params));
		const transport = new StreamableHTTPClientTransport(url,
			{ authProvider });
		return {
			client,
			connect: () => client.connect(transport),
			finish: (told) => transport.finishAuth(told),
			version: () => client.getNegotiatedProtocolVersion(),
		};
	},
};

signInCases(title, adapter, state);
toolCases(title, state);
contextCases(title, state);
accessCases(title, adapter, state);
signInCases(`${title}, asking first`, adapter, asking, ["send"]);
// Only the newer revision lets a server ask that keeps no session.
if (way === "legacy")
	pageCases(title, asking);
else
	formCases(title, asking);
await run();
