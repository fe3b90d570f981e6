/** The example of a static component with bindings (guest-examples/static/bindings), tested over HTTP. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { buildStatic } from "../guest-examples/static/build.ts";
import { embedConfig } from "../host/manifest/config.ts";
import type { RuntimeConfig } from "../host/manifest/schema.ts";
import { startTestHost } from "./support/host.ts";
import { startOrigin } from "./support/origin.ts";

const examples = new URL("../guest-examples/static/bindings/", import.meta.url);
const world = { file: new URL("program.wit", examples).pathname, name: "program" };

it("keeps notes in KV, copies one from a server, and runs on a schedule", async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === "/page") response.end("a page");
    else response.writeHead(404).end();
  });
  const source = await readFile(new URL("notes.js", examples), "utf8");
  const config: RuntimeConfig = {
    kv: [{ binding: "NOTES", namespace: "notes" }],
    fetch: { allow: [origin.host] },
    vars: { SOURCE: origin.url },
    crons: ["0 0 1 1 *"],
  };
  await using first = await startTestHost({ fetchPrivateNetworks: ["127.0.0.1/32"] });
  await first.deploy("notes", embedConfig(await buildStatic("qjs", source, { world }), config));
  const put = await first.fetch("notes", "/notes/milk", { method: "PUT", body: "two litres" });
  expect([put.status, await put.text()]).toEqual([201, expect.stringMatching(/^revision \d+$/)]);
  const read = await first.fetch("notes", "/notes/milk");
  expect([read.headers.get("x-metadata"), await read.text()]).toEqual(['{"by":"hand"}', "two litres"]);
  expect((await first.fetch("notes", "/copy/page")).status).toBe(201);
  expect((await first.fetch("notes", "/copy/missing")).status).toBe(502);
  expect(await (await first.fetch("notes", "/notes/page")).text()).toBe("a page");
  expect(await (await first.fetch("notes", "/notes")).text()).toBe("milk\npage");
  await first.close();

  // A manifest's cron has minutes, so a cron with seconds is written to the stopped host's registry.
  {
    using registry = new DatabaseSync(join(first.dataDir, "registry.sqlite"));
    registry.prepare("UPDATE versions SET config = ?").run(JSON.stringify({ ...config, crons: ["* * * * * *"] }));
  }
  await using second = await startTestHost({ dataDir: first.dataDir });
  await expect
    .poll(async () => (await second.fetch("notes", "/notes/last-run")).text())
    .toMatch(/^[*] [*] [*] [*] [*] [*] at \d+000$/);
});
