// @modelcontextprotocol/sdk: the client most agents still carry.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport, StreamableHTTPError } from
	"@modelcontextprotocol/sdk/client/streamableHttp.js";
import { auth, UnauthorizedError } from
	"@modelcontextprotocol/sdk/client/auth.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { accessCases, signInCases } from "./access.mjs";
import { pageCases } from "./ask.mjs";
import { contextCases } from "./context.mjs";
import { toolCases } from "./tools.mjs";
import { run } from "./tap.mjs";

const title = "sdk 1.32.2";
const state = { progress: (params, onprogress) =>
	state.client.callTool(params, undefined, { onprogress }) };
const asking = {};
const adapter = {
	version: "2025-11-25",
	auth,
	isUnauthorized: (error) => error instanceof UnauthorizedError,
	stuck: (error) => error instanceof StreamableHTTPError &&
		error.code === 403,
	make(url, authProvider) {
		const client = new Client({ name: "tests", version: "1" },
			{ capabilities: { elicitation: { form: {} } } });
		client.setRequestHandler(ElicitRequestSchema,
			({ params }) => asking.answer(params));
		const transport = new StreamableHTTPClientTransport(url,
			{ authProvider });
		return {
			client,
			connect: () => client.connect(transport),
			finish: (told) => transport.finishAuth(told.get("code")),
			version: () => transport.protocolVersion,
		};
	},
};

signInCases(title, adapter, state);
toolCases(title, state);
contextCases(title, state);
accessCases(title, adapter, state);
signInCases(`${title}, asking first`, adapter, asking, ["send"]);
pageCases(title, asking);
await run();
