// A provider of single sign-on: `node provider.mjs PORT ADDRESS-TO-COME-BACK-TO CLIENT SECRET`.
// Whoever types an address at its sign-in page is who has that address; "unverified" is not sure.
import Provider from "oidc-provider";

const [port, back, client, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const account = sub => ({
  accountId: sub,
  claims: () => ({ sub, email: sub, email_verified: !sub.startsWith("unverified") }),
});
const provider = new Provider(issuer, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [back] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: [secret] },
  findAccount: (_context, sub) => account(sub),
  pkce: { required: () => true, methods: ["S256"] },
});
provider.listen(Number(port), "127.0.0.1");
