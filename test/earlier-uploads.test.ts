/**
 * Components that the toolchain of commit 2037a99 has built, in test/earlier, with their sources beside them. A host of
 * today takes and serves them. They are never built again, because a component of today would not show this.
 *
 * A JavaScript program and a static one run on every host. A Go program is linked to one build of the Go base, by its
 * hash. A host with another base refuses it and says what to do. A host that also has the earlier base's package serves
 * it. That package has 70 MB, so it is not here.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

const upload = (name: string) => readFile(join(import.meta.dirname, "earlier", name));
const post = { method: "POST", body: "abc" };

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ runtimes: ["plinth:js", "plinth:go"] });
});
afterAll(() => host[Symbol.asyncDispose]());

test("a JavaScript program has its start-up, waits, vars, digests, log and stacks", async () => {
  await host.deploy("worker", await upload("worker.wasm"));
  const version = await host.admin("/v1/tenants/worker/versions/1");
  expect(await version.json()).toMatchObject({ kind: "slim", runtime: expect.stringMatching(/^plinth:js@/) });
  for (const init of [post, { method: "PUT" }]) {
    const response = await host.fetch("worker", "/a?text=abc", init);
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        started: ["start"],
        visits: 1,
        method: init.method,
        greeting: "hello",
        hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      },
    ]);
  }
  expect((await host.fetch("worker", "/fail")).status).toBe(500);
  await expect.poll(() => logOf(host, "worker")).toMatch(/failed on purpose.*index\.js:9/s);
  expect(await logOf(host, "worker")).toContain("after /a");
});

test("a static program answers, with a fresh instance for each request", async () => {
  await host.deploy("static", await promisify(brotliDecompress)(await upload("static.wasm.br")));
  for (let visit = 0; visit < 2; visit++) {
    const response = await host.fetch("static", "/b", post);
    expect([response.status, await response.json()]).toEqual([
      200,
      { method: "POST", path: expect.stringMatching(/\/b$/), bytes: 3, visits: 1 },
    ]);
  }
  const version = await host.admin("/v1/tenants/static/versions/1");
  expect(await version.json()).toMatchObject({ kind: "static", runtime: null });
});

test("a Go program of another base is refused, and the refusal says to build it again", async () => {
  await expect(host.deploy("service", await upload("service.wasm"))).rejects.toThrow(
    // The second pattern is for a machine with another version of Go.
    /PLINTH_RUNTIME_(INTEGRITY.*\+0dd47d6bb075.*Build again against the host's copy|VERSION.*1\.26\.8)/,
  );
});
