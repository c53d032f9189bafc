// @modelcontextprotocol/client with one way of agreeing on a revision:
// client.mjs legacy|auto|2026-07-28.
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from
	"@modelcontextprotocol/client";
import { journey } from "./journey.mjs";

const way = process.argv[2];
const mode = way === "legacy" || way === "auto" ? way : { pin: way };

await journey(`client 2.4.0 ${way}`, {
	version: way === "legacy" ? "2025-11-25" : "2026-07-28",
	isUnauthorized: (error) => error instanceof UnauthorizedError ||
		error.cause instanceof UnauthorizedError,
	make(url, authProvider) {
		const client = new Client({ name: "tests", version: "1" },
			{ versionNegotiation: { mode } });
		const transport = new StreamableHTTPClientTransport(url,
			{ authProvider });
		return {
			client,
			connect: () => client.connect(transport),
			finish: (told) => transport.finishAuth(told),
			version: () => client.getNegotiatedProtocolVersion(),
		};
	},
});
