import { afterAll, beforeAll, expect, test } from "vitest";
import { deployExample, putValue } from "../../test/support/example.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await deployExample(host, "shop", import.meta.dirname);
});
afterAll(() => host[Symbol.asyncDispose]());

const put = (id: string, product: object) =>
  putValue(host, "shop", "catalogue", `product/${id}`, JSON.stringify(product));
const text = async (path: string) => (await host.fetch("shop", path)).text();

test("pages show what is in KV, and change with it", async () => {
  expect(await text("/")).toContain("<p>There is nothing yet.</p>");
  await put("plinth", { name: "Plinth <oak>", price: 12_900, description: "40 × 40 × 90 cm" });
  await put("bust", { name: "Bust", price: 8_450, description: "Plaster" });
  const catalogue = await text("/");
  expect(catalogue).toMatch(/^<!DOCTYPE html><html lang="en">/);
  expect(catalogue).toMatch(
    /<li><a href="\/products\/bust">Bust<\/a> <data value="84.5">84\.50<!-- --> <!-- -->EUR<\/data><\/li>/,
  );
  expect(catalogue).toContain('<a href="/products/plinth">Plinth &lt;oak&gt;</a>');
  // The awaited part stands in its place, and no script has to move it there.
  expect(catalogue).not.toContain("<script");

  await put("bust", { name: "Bust of Ada", price: 9_000, description: "Plaster" });
  const page = await text("/products/bust");
  expect(page).toContain("<title>Bust of Ada</title>");
  expect(page).toContain("<p>Plaster</p>");
});

test("what is not there is a page with its status", async () => {
  for (const path of ["/products/hat", "/elsewhere", "/products/a/b", "/products/%ff"]) {
    const response = await host.fetch("shop", path);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("There is no such page.")]);
  }
});

test("a product that cannot be shown is an error in the log, and no half page", async () => {
  await put("broken", { name: { en: "Broken" }, price: 100, description: "" });
  const response = await host.fetch("shop", "/products/broken");
  expect([response.status, await response.text()]).toEqual([500, expect.stringContaining("PLINTH_TENANT_EXCEPTION")]);
});
