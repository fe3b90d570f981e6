/** Popular packages that use modules of Node, built as users build and served by a real host. */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import bcrypt from "bcryptjs";
import { formatInTimeZone } from "date-fns-tz";
import jsonwebtoken from "jsonwebtoken";
import JSZip from "jszip";
import { DateTime } from "luxon";
import { afterAll, beforeAll, expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { buildJavaScript } from "../runtimes/js/build-tenant.ts";
import { startFetchOrigin } from "./support/fetch-origin.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import type { Origin } from "./support/origin.ts";

let host: TestHost;
let origin: Origin;
let folder: string;
beforeAll(async () => {
  ({ origin } = await startFetchOrigin((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method: request.method, agent: request.headers["x-agent"] }));
  }));
  host = await startTestHost({ fetchPrivateNetworks: ["127.0.0.1/32"] });
  folder = await mkdtemp(join(tmpdir(), "plinth-packages-"));
  await symlink(join(import.meta.dirname, "../node_modules"), join(folder, "node_modules"));
});
afterAll(async () => {
  await host.close();
  await origin[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function deploy(name: string, source: string): Promise<void> {
  const file = join(folder, `${name}.ts`);
  await writeFile(file, source);
  const { component } = await buildJavaScript(file, { sourceMap: false });
  await host.deploy(name, embedConfig(component, { fetch: { allow: [origin.host] } }));
}

test("axios", async () => {
  await deploy(
    "axios",
    `import axios from "axios";
     export default { async fetch() {
       const client = axios.create({ baseURL: ${JSON.stringify(origin.url)}, headers: { "x-agent": "axios" } });
       const { data, status } = await client.post("/", { a: 1 });
       return Response.json([status, data]);
     } }`,
  );
  expect(await (await host.fetch("axios")).json()).toEqual([200, { method: "POST", agent: "axios" }]);
});

test("bcryptjs", async () => {
  await deploy(
    "bcryptjs",
    `import bcrypt from "bcryptjs";
     export default { fetch: async (request) =>
     new Response(String(await bcrypt.compare("secret", await request.text()))) }`,
  );
  const ask = async (text: string) => (await host.fetch("bcryptjs", "/", { method: "POST", body: text })).text();
  expect(await ask(bcrypt.hashSync("secret", 4))).toBe("true");
  expect(await ask(bcrypt.hashSync("another", 4))).toBe("false");
});

test("jszip", async () => {
  await deploy(
    "jszip",
    `import { formatInTimeZone } from "date-fns-tz";
import JSZip from "jszip";
     export default { async fetch() {
       const zip = new JSZip();
       zip.file("hello.txt", "hello ".repeat(50)).folder("more").file("b.bin", new Uint8Array([1, 2, 3]));
       return new Response(await zip.generateAsync({ type: "uint8array", compression: "DEFLATE" }));
     } }`,
  );
  const zip = await JSZip.loadAsync(await (await host.fetch("jszip")).arrayBuffer());
  expect(await zip.file("hello.txt")!.async("string")).toBe("hello ".repeat(50));
  expect(await zip.file("more/b.bin")!.async("array")).toEqual([1, 2, 3]);
});

test("jsonwebtoken", async () => {
  await deploy(
    "jsonwebtoken",
    `import jwt from "jsonwebtoken";
     export default { async fetch(request) {
       try { return new Response(jwt.sign({ sub: jwt.verify(await request.text(), "key").sub, from: "tenant" }, "key")); }
       catch (error) { return new Response(error.name + ": " + error.message, { status: 401 }); }
     } }`,
  );
  const ask = (body: string) => host.fetch("jsonwebtoken", "/", { method: "POST", body });
  const answer = await (await ask(jsonwebtoken.sign({ sub: "alice" }, "key"))).text();
  expect(jsonwebtoken.verify(answer, "key")).toMatchObject({ sub: "alice", from: "tenant" });
  const refused = await ask(jsonwebtoken.sign({ sub: "alice" }, "another"));
  expect([refused.status, await refused.text()]).toEqual([401, "JsonWebTokenError: invalid signature"]);
});

test("luxon and date-fns-tz", async () => {
  await deploy(
    "dates",
    `import { DateTime } from "luxon"; import { formatInTimeZone } from "date-fns-tz";
     export default { fetch: () => Response.json([
       DateTime.fromISO("2026-03-29T00:30:00Z").setZone("Europe/Berlin").plus({ hours: 1 })
       .setLocale("de").toLocaleString(DateTime.DATETIME_FULL),
       formatInTimeZone(new Date("2026-10-25T01:30:00Z"), "America/New_York", "yyyy-MM-dd HH:mm zzz"),
     ]) }`,
  );
  const time = DateTime.fromISO("2026-03-29T00:30:00Z").setZone("Europe/Berlin").plus({ hours: 1 }).setLocale("de");
  const expected = [
    time.toLocaleString(DateTime.DATETIME_FULL),
    formatInTimeZone(new Date("2026-10-25T01:30:00Z"), "America/New_York", "yyyy-MM-dd HH:mm zzz"),
  ];
  expect(await (await host.fetch("dates")).json()).toEqual(expected);
});

test("AsyncLocalStorage keeps the stores of work that runs at the same time apart", async () => {
  await deploy(
    "contexts",
    `import { AsyncLocalStorage } from "node:async_hooks";
     const store = new AsyncLocalStorage<string>();
     const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
     async function* numbers() { yield store.getStore(); await wait(1); yield store.getStore(); }
     class Work {
       async run(name: string) {
         await null;
         const seen = [store.getStore()];
         await Promise.all([wait(2), wait(1)]);
         for await (const inside of numbers()) seen.push(inside);
         await new Promise<void>((done) => queueMicrotask(() => { seen.push(store.getStore()); done(); }));
         await Promise.reject(new Error(name)).catch(() => seen.push(store.getStore()));
         return store.exit(() => [...seen, store.getStore()]);
       }
     }
     export default { async fetch() {
       const all = await Promise.all(["a", "b", "c"].map((name) => store.run(name, () => new Work().run(name))));
       return Response.json([...all, store.getStore() ?? null]);
     } }`,
  );
  const seen = (name: string) => [...Array.from({ length: 5 }, () => name), null];
  expect(await (await host.fetch("contexts")).json()).toEqual([seen("a"), seen("b"), seen("c"), null]);
});

test("texts and bytes are imported as values", async () => {
  await writeFile(join(folder, "page.html"), "<p>ü</p>");
  await writeFile(join(folder, "query.sql"), "SELECT 1");
  await writeFile(join(folder, "bytes.bin"), new Uint8Array([0, 255]));
  await deploy(
    "imports",
    `import page from "./page.html"; import query from "./query.sql"; import bytes from "./bytes.bin";
     export default { fetch: () => Response.json([page, query, [...bytes]]) }`,
  );
  expect(await (await host.fetch("imports")).json()).toEqual(["<p>ü</p>", "SELECT 1", [0, 255]]);
});
