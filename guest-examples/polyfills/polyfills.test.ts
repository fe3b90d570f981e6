import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployExample, putValue } from "../../test/support/example.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

const sources = join(import.meta.dirname, "polyfills");

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await deployExample(host, "polyfills", import.meta.dirname);
  for (const file of await readdir(sources)) {
    await putValue(host, "polyfills", "polyfills", file, await readFile(join(sources, file), "utf8"));
  }
});
afterAll(() => host[Symbol.asyncDispose]());

const get = (userAgent: string, query = "", headers: Record<string, string> = {}) =>
  host.fetch("polyfills", `/polyfills.js${query}`, { headers: { "user-agent": userAgent, ...headers } });
/** The features that a script names in its comment. */
const listed = async (response: Response) => /^\/\* (.*) \*\/$/m.exec(await response.text())?.[1];

const mozilla = "Mozilla/5.0";
const newChrome = `${mozilla} (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36`;
const chrome100 = newChrome.replace("Chrome/124", "Chrome/100");
const edge118 = `${newChrome.replace("Chrome/124", "Chrome/118")} Edg/118.0.2088.76`;
const firefox91 = `${mozilla} (X11; Linux x86_64; rv:91.0) Gecko/20100101 Firefox/91.0`;
const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const safari15 = `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/15.3 Safari/605.1.15`;
const all =
  "Array.prototype.at, Array.prototype.toSorted, Object.hasOwn, Promise.withResolvers, String.prototype.replaceAll";

test.each([
  ["a new browser", newChrome, "nothing is missing"],
  ["Chrome 100", chrome100, "Array.prototype.toSorted, Promise.withResolvers"],
  ["Edge 118", edge118, "Promise.withResolvers"],
  ["Firefox 91", firefox91, "Array.prototype.toSorted, Object.hasOwn, Promise.withResolvers"],
  ["Safari 15.3", safari15, "Array.prototype.at, Array.prototype.toSorted, Object.hasOwn, Promise.withResolvers"],
  ["a browser nobody knows", "Lynx/2.8.9rel.1", all],
])("%s gets what it lacks", async (_, userAgent, features) => {
  expect(await listed(await get(userAgent))).toBe(features);
});

test("only what the page asks for; what is not known is refused", async () => {
  expect(await listed(await get(firefox91, "?features=Object.hasOwn,Array.prototype.at"))).toBe("Object.hasOwn");
  const refused = await get(newChrome, "?features=teleport");
  expect([refused.status, await refused.text()]).toEqual([400, `known features: ${all}\n`]);
});

test("caches keep a script for each browser, and ask whether it has changed", async () => {
  const response = await get(chrome100);
  expect(response.headers.get("vary")).toBe("User-Agent");
  expect(response.headers.get("cache-control")).toBe("public, max-age=86400");
  const known = { "if-none-match": response.headers.get("etag")! };
  expect((await get(chrome100, "", known)).status).toBe(304);
  expect((await get(firefox91, "", known)).status).toBe(200);
  await putValue(host, "polyfills", "polyfills", "Array.prototype.toSorted.js", "/* new */");
  expect((await get(chrome100, "", known)).status).toBe(200);
});

test("the polyfills do what they stand in for", async () => {
  const files = await Promise.all((await readdir(sources)).map((file) => readFile(join(sources, file), "utf8")));
  const removed =
    "delete Array.prototype.at; delete Array.prototype.toSorted; delete Object.hasOwn; " +
    "delete Promise.withResolvers; delete String.prototype.replaceAll;";
  const use = `[[1, 2, 3].at(-1), [3, 1, 2].toSorted().join(), Object.hasOwn({ a: 1 }, "a"), Object.hasOwn({}, "toString"),
    "a.b.c".replaceAll(".", "-"), "aXbx".replaceAll(/x/gi, ""), typeof Promise.withResolvers().resolve].join(" ")`;
  expect(runInNewContext(`${removed}${files.join("")}${use}`)).toBe("3 1,2,3 true false a-b-c ab function");
});
