// What a client keeps between its steps: registration, verifier, tokens.
import { randomUUID } from "node:crypto";

export class Provider {
	constructor(redirect) {
		this.redirect = redirect;
		this.name = `Postern's tests ${randomUUID()}`;
		this.kept = {};
		this.saves = 0;
	}
	get redirectUrl() {
		return this.redirect;
	}
	get clientMetadata() {
		return { client_name: this.name,
			redirect_uris: [this.redirect],
			grant_types: ["authorization_code", "refresh_token"],
			response_types: ["code"],
			token_endpoint_auth_method: "none" };
	}
	state() {
		return this.kept.state ??= randomUUID();
	}
	clientInformation() {
		return this.kept.client;
	}
	saveClientInformation(client) {
		this.kept.client = client;
	}
	tokens() {
		return this.kept.tokens;
	}
	saveTokens(tokens) {
		this.kept.tokens = tokens;
		this.saves++;
	}
	redirectToAuthorization(url) {
		this.kept.url = url;
	}
	saveCodeVerifier(verifier) {
		this.kept.verifier = verifier;
	}
	codeVerifier() {
		return this.kept.verifier;
	}
	saveDiscoveryState(state) {
		this.kept.discovery = state;
	}
	discoveryState() {
		return this.kept.discovery;
	}
	invalidateCredentials(kind) {
		const names = { client: ["client"], tokens: ["tokens"],
			verifier: ["verifier"], discovery: ["discovery"] };
		for (const name of names[kind] ?? Object.keys(this.kept))
			delete this.kept[name];
	}
}
