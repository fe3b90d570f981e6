/**
 * Web Crypto as programs and their packages use it: built as users build, served by a real host with its default limits.
 */
import { createHash, createHmac, generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { buildJavaScript } from "../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

let host: TestHost;
let folder: string;
beforeAll(async () => {
  host = await startTestHost();
  folder = await mkdtemp(join(tmpdir(), "plinth-crypto-"));
  await symlink(join(import.meta.dirname, "../node_modules"), join(folder, "node_modules"));
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

async function deploy(name: string, source: string, vars: Record<string, string> = {}): Promise<void> {
  const file = join(folder, `${name}.ts`);
  await writeFile(file, source);
  const { component } = await buildJavaScript(file, { sourceMap: false });
  await host.deploy(name, embedConfig(component, { vars }));
}
const post = (name: string, body: string, headers: Record<string, string> = {}) =>
  host.fetch(name, "/", { method: "POST", body, headers });

describe("jose", () => {
  test.each(["RS256", "PS384", "ES256", "ES512", "EdDSA"])(
    "%s: signs what Node verifies, and verifies what Node signs",
    async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      const name = `jose-${alg.toLowerCase()}`;
      await deploy(
        name,
        `import { importPKCS8, importSPKI, importJWK, jwtVerify, SignJWT } from "jose";
       export default { async fetch(request, env) {
         const token = await request.text();
         const open = await importSPKI(env.SPKI, "${alg}");
         const { payload } = await jwtVerify(token, open, { issuer: "node" });
         await jwtVerify(token, await importJWK(JSON.parse(env.JWK), "${alg}"));
         const [head, body, signature] = token.split(".");
         const forged = head + "." + btoa(JSON.stringify({ ...payload, sub: "eve" })).replace(/=+$/, "") + "." + signature;
         const refused = await jwtVerify(forged, open).then(() => "accepted", (error) => error.code);
         const own = await importPKCS8(env.PKCS8, "${alg}");
         const answer = await new SignJWT({ heard: payload.sub }).setProtectedHeader({ alg: "${alg}" })
         .setExpirationTime("1h").sign(own);
         return Response.json({ answer, refused });
       } }`,
        {
          SPKI: await exportSPKI(publicKey),
          PKCS8: await exportPKCS8(privateKey),
          JWK: JSON.stringify(await exportJWK(publicKey)),
        },
      );
      const token = await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg }).setIssuer("node").sign(privateKey);
      const { answer, refused } = (await (await post(name, token)).json()) as { answer: string; refused: string };
      expect(refused).toBe("ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
      expect((await jwtVerify(answer, publicKey)).payload.heard).toBe("alice");
    },
  );

  test("HS256, and encryption to a key: dir, RSA-OAEP-256, ECDH-ES, A128KW, PBES2", async () => {
    await deploy(
      "jose-more",
      `import { EncryptJWT, generateKeyPair, jwtDecrypt, jwtVerify, SignJWT } from "jose";
       export default { async fetch(request) {
         const secret = new TextEncoder().encode("k".repeat(32)), found = [];
         const token = await new SignJWT({ n: 1 }).setProtectedHeader({ alg: "HS256" }).sign(secret);
         found.push((await jwtVerify(token, secret)).payload.n);
         const keys = { dir: [secret, secret], A128KW: [secret.slice(16), secret.slice(16)],
         "PBES2-HS256+A128KW": [secret, secret] };
         for (const alg of ["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW"]) {
           const { publicKey, privateKey } = await generateKeyPair(alg);
           keys[alg] = [publicKey, privateKey];
         }
         for (const [alg, [to, from]] of Object.entries(keys)) for (const enc of ["A256GCM", "A128CBC-HS256"]) {
           if (alg === "dir" && enc === "A256GCM" || alg !== "dir" || enc === "A128CBC-HS256") {
             const sealed = await new EncryptJWT({ alg }).setProtectedHeader({ alg, enc }).encrypt(to);
             const options = { keyManagementAlgorithms: [alg], maxPBES2Count: 10000 };
             found.push((await jwtDecrypt(sealed, from, options)).payload.alg === alg);
           }
         }
         return Response.json([token, found]);
       } }`,
    );
    const [token, found] = (await (await host.fetch("jose-more")).json()) as [string, unknown[]];
    expect(found).toEqual([1, ...new Array(12).fill(true)]);
    expect((await jwtVerify(token, Buffer.from("k".repeat(32)))).payload.n).toBe(1);
  });
});

test("a webhook's HMAC, as Stripe sends it", async () => {
  await deploy(
    "webhook",
    `const text = new TextEncoder();
     export default { async fetch(request, env) {
       const body = await request.text();
       const fields = Object.fromEntries(request.headers.get("stripe-signature").split(",").map((part) => part.split("=")));
       const key = await crypto.subtle.importKey("raw", text.encode(env.SECRET), { name: "HMAC", hash: "SHA-256" },
       false, ["verify"]);
       const signature = Uint8Array.from(fields.v1.match(/../g), (byte) => parseInt(byte, 16));
       const right = await crypto.subtle.verify("HMAC", key, signature, text.encode(fields.t + "." + body));
       return new Response(right ? "paid" : "forged", { status: right ? 200 : 400 });
     } }`,
    { SECRET: "whsec_test" },
  );
  const event = JSON.stringify({ type: "checkout.session.completed", amount: "5 \u20ac" });
  const mac = createHmac("sha256", "whsec_test").update(`1700000000.${event}`).digest("hex");
  const send = async (body: string) =>
    (await post("webhook", body, { "stripe-signature": `t=1700000000,v1=${mac}` })).text();
  expect(await send(event)).toBe("paid");
  expect(await send(event.replace("5", "0"))).toBe("forged");
});

test("Hono's jwt and signed cookies", async () => {
  await deploy(
    "hono-auth",
    `import { Hono } from "hono";
     import { getSignedCookie, setSignedCookie } from "hono/cookie";
     import { jwt, sign } from "hono/jwt";
     const app = new Hono();
     app.get("/login", async (c) => {
       await setSignedCookie(c, "user", "alice", "secret");
       return c.text(await sign({ sub: "alice" }, "secret", "HS256"));
     });
     app.get("/cookie", async (c) => c.text(String(await getSignedCookie(c, "secret", "user"))));
     app.use("/api/*", jwt({ secret: "secret", alg: "HS256" }));
     app.get("/api/me", (c) => c.text(c.get("jwtPayload").sub));
     export default app;`,
  );
  const ask = async (path: string, headers = {}) => {
    const { status, body } = await host
      .fetch("hono-auth", path, { headers })
      .then(async (r) => ({ status: r.status, body: await r.text() }));
    return [status, body];
  };
  const login = await host.fetch("hono-auth", "/login");
  const [cookie] = login.headers.get("set-cookie")!.split(";");
  const token = await login.text();
  expect(await ask("/cookie", { cookie })).toEqual([200, "alice"]);
  expect(await ask("/cookie", { cookie: cookie!.replace("alice", "eve") })).toEqual([200, "false"]);
  expect(await ask("/api/me", { authorization: `Bearer ${token}` })).toEqual([200, "alice"]);
  expect((await ask("/api/me", { authorization: `Bearer ${token.slice(0, -2)}AA` }))[0]).toBe(401);
});

test("aws4fetch signs a request as it does in Node", async () => {
  const client = `{ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", service: "s3", region: "us-east-1" }`;
  const request = `["https://bucket.example.com/a%20key?x=1",
    { method: "PUT", body: "content", aws: { datetime: "20260101T000000Z" } }]`;
  await deploy(
    "aws",
    `import { AwsClient } from "aws4fetch";
     export default { async fetch() {
       const signed = await new AwsClient(${client}).sign(...${request});
       return new Response(signed.headers.get("authorization"));
     } }`,
  );
  const value = (source: string) => new Function(`return ${source}`)();
  const expected = await new AwsClient(value(client)).sign(...(value(request) as Parameters<AwsClient["sign"]>));
  expect(await (await host.fetch("aws")).text()).toBe(expected.headers.get("authorization"));
});

test("a key that the top level imports signs in every request", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  await deploy(
    "early",
    `const key = await crypto.subtle.importKey("pkcs8", Uint8Array.from(atob("${pkcs8}"), (c) => c.charCodeAt(0)),
      "Ed25519", false, ["sign"]);
     const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"));
     export default { async fetch(request) {
       const signature = await crypto.subtle.sign("Ed25519", key, await request.arrayBuffer());
       return Response.json([btoa(String.fromCharCode(...new Uint8Array(signature))), new Uint8Array(digest)[0]]);
     } }`,
  );
  for (const text of ["one", "two"]) {
    const [signature, first] = (await (await post("early", text)).json()) as [string, number];
    expect(verify(null, Buffer.from(text), publicKey, Buffer.from(signature, "base64"))).toBe(true);
    expect(sign(null, Buffer.from(text), privateKey).toString("base64")).toBe(signature);
    expect(first).toBe(0xba);
  }
});

test("large inputs end within the default limits, and one over a native's limit is the program's to catch", async () => {
  await deploy(
    "large",
    `export default { async fetch(request) {
       const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
       const digest = hex(await crypto.subtle.digest("SHA-256", new Uint8Array(1 << 20)));
       const { length } = atob(btoa("a".repeat(1e6)));
       const zeros = await new Response(new Uint8Array(256 << 10)).text();
       const key = await crypto.subtle.importKey("raw", new Uint8Array(1), "PBKDF2", false, ["deriveBits"]);
       const refused = await crypto.subtle
         .deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(1), iterations: 2 ** 32 - 1 }, key, 256)
         .catch((error) => error.name + ": " + error.message);
       return Response.json([digest, length, zeros.length, refused]);
     } }`,
  );
  const sha256 = createHash("sha256")
    .update(Buffer.alloc(1 << 20))
    .digest("hex");
  const answer = await (await host.fetch("large")).json();
  expect(answer).toEqual([
    sha256,
    1_000_000,
    262_144,
    expect.stringContaining("OperationError: PBKDF2 would take 4294967295"),
  ]);
});
