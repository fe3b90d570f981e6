import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embedConfig, runtimeConfig } from "../../host/manifest/config.ts";
import { readManifest } from "../../host/manifest/read.ts";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { succeeds } from "../../runtimes/go/is-installed.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

const folder = import.meta.dirname;
const skipped = !goIsInstalled || !succeeds("go", ["mod", "download"], folder);
const why = goIsInstalled && skipped ? " (skipped: cannot fetch its Go module)" : needsGo;

describe.skipIf(skipped)(`go-chi${why}`, () => {
  let host: TestHost;
  let pages: Server;
  beforeAll(async () => {
    pages = createServer((request, response) => {
      response.statusCode = request.url === "/gone" ? 404 : 200;
      response.end(`<!DOCTYPE html><title>Page ${request.url} &amp; more</title>`);
    }).listen(0, "127.0.0.1");
    await once(pages, "listening");
    host = await startTestHost({ runtimes: ["plinth:go"], fetchPrivateNetworks: ["127.0.0.0/8"] });
    // The project's own configuration, except for the hosts, because this test serves the pages itself.
    const config = { ...runtimeConfig((await readManifest(folder, ["go"]))!), fetch: { allow: [address()] } };
    await host.deploy("links", embedConfig((await buildGo(folder)).component, config));
  }, 300_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    pages?.close();
  });

  const address = () => `127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const put = (id: string, url: string) =>
    host.fetch("links", `/links/${id}`, { method: "PUT", body: JSON.stringify({ url }) });
  const list = async () => (await (await host.fetch("links")).json()) as { site: string; links: object };

  test("links get the titles of their pages and are listed", async () => {
    const url = `http://${address()}/one`;
    const response = await put("one", url);
    expect([response.status, await response.json()]).toEqual([200, { url, title: "Page /one & more" }]);
    expect(await list()).toEqual({ site: "Reading list", links: { one: { url, title: "Page /one & more" } } });
    expect((await put("one", url)).status).toBe(409);
  });

  test("visits are redirected, and each is counted though 20 come at a time", async () => {
    const url = `http://${address()}/two`;
    await put("two", url);
    const visits = await Promise.all(
      Array.from({ length: 20 }, () => host.fetch("links", "/links/two", { redirect: "manual" })),
    );
    expect(new Set(visits.map(({ status, headers }) => `${status} ${headers.get("location")}`))).toEqual(
      new Set([`302 ${url}`]),
    );
    const stored = await host.admin("/v1/tenants/links/kv/links/values/two");
    expect(await stored.json()).toEqual({ url, title: "Page /two & more", visits: 20 });
  });

  test("a link can be removed", async () => {
    await put("three", `http://${address()}/three`);
    expect((await host.fetch("links", "/links/three", { method: "DELETE" })).status).toBe(204);
    expect((await host.fetch("links", "/links/three")).status).toBe(404);
    expect((await list()).links).not.toHaveProperty("three");
  });

  test("hosts that are not allowed, pages that are not there, requests that are wrong", async () => {
    const [denied, gone] = [await put("x", "http://elsewhere.example/"), await put("x", `http://${address()}/gone`)];
    expect([denied.status, await denied.text()]).toEqual([422, expect.stringContaining("PLINTH_FETCH_DENIED")]);
    expect([gone.status, await gone.text()]).toEqual([422, "there is no page to link to: 404 Not Found\n"]);
    expect((await host.fetch("links", "/links/x", { method: "PUT", body: "{" })).status).toBe(400);
    expect((await host.fetch("links", "/links/x", { method: "POST" })).status).toBe(405);
    expect((await host.fetch("links", "/links/UPPER")).status).toBe(404);
  });

  test("its own tests, without a host", async () => {
    const { stdout } = await promisify(execFile)("go", ["test", "./..."], { cwd: folder });
    expect(stdout).toMatch(/^ok\s+example\.com\/go-chi/m);
  }, 300_000);
});
