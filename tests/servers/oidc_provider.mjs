// node oidc_provider.mjs PORT CERT KEY REDIRECT_BASE: oidc-provider, which we did not write, at
// https://localhost:PORT with the certificate, its own login pages and new keys at each start.
//
// Clients: berth (a secret, RS256) and berth-es (none, ES256), each with REDIRECT_BASE and a path.
// People log in by any password; ann is in the groups staff and ops, bo in staff, eve in none.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [port, cert, key, redirectBase] = process.argv.slice(2);
const library = join(process.env.BERTH_MODULES, "oidc-provider/lib/index.js");
const { default: Provider } = await import(pathToFileURL(library));

const groups = { ann: ["staff", "ops"], bo: ["staff"], eve: [] };
const jwk = (type, options) => generateKeyPairSync(type, options).privateKey.export({ format: "jwk" });
const client = (id, names, more) => ({
  client_id: id,
  redirect_uris: names.map((name) => `${redirectBase}/v1/auth/oidc/${name}/callback`),
  post_logout_redirect_uris: [`${redirectBase}/login`],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  ...more,
});

const provider = new Provider(`https://localhost:${port}`, {
  clients: [
    client("berth", ["corp", "wrong"], { client_secret: "the/client+secret" }),
    client("berth-es", ["es"], {
      token_endpoint_auth_method: "none",
      id_token_signed_response_alg: "ES256",
    }),
  ],
  jwks: {
    keys: [
      { ...jwk("rsa", { modulusLength: 2048 }), use: "sig" },
      { ...jwk("ec", { namedCurve: "P-256" }), use: "sig" },
    ],
  },
  scopes: ["openid", "groups"],
  claims: { openid: ["sub"], profile: ["preferred_username"], groups: ["groups"] },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
  }),
  pkce: { required: () => true },
  cookies: { keys: ["for tests alone"] },
});
createServer({ cert: readFileSync(cert), key: readFileSync(key) }, provider.callback()).listen(
  Number(port),
  "127.0.0.1",
);
