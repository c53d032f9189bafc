// @modelcontextprotocol/sdk: the client most agents still carry.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from
	"@modelcontextprotocol/sdk/client/streamableHttp.js";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { journey } from "./journey.mjs";

await journey("sdk 1.32.2", {
	version: "2025-11-25",
	isUnauthorized: (error) => error instanceof UnauthorizedError,
	make(url, authProvider) {
		const client = new Client({ name: "tests", version: "1" });
		const transport = new StreamableHTTPClientTransport(url,
			{ authProvider });
		return {
			client,
			connect: () => client.connect(transport),
			finish: (told) => transport.finishAuth(told.get("code")),
			version: () => transport.protocolVersion,
		};
	},
});
