/** Tenants' logs through the admin API: keeping, searching, paging and watching. */
import { describe, expect, it } from "vitest";
import { readLogs } from "../host/cli/api-logs.ts";
import { ApiTransport } from "../host/cli/api-transport.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { slimComponent } from "./support/programs.ts";

interface Line {
  level: string;
  source: string;
  version: number | null;
  request: string | null;
  message: string;
}

const talking = slimComponent(`
  export default { async fetch(request) {
    const { searchParams } = new URL(request.url);
    const text = searchParams.get("say");
    if (searchParams.has("fail")) throw new Error("failed on " + text);
    console[searchParams.get("level") ?? "log"](text);
    return new Response("ok");
  } };`);

async function read(host: TestHost, query = ""): Promise<Line[]> {
  const response = await host.admin(`/v1/tenants/shop/logs${query}`);
  return ((await response.json()) as { lines: Line[] }).lines;
}

/** The messages of a live view, one after the other. */
async function* watch(response: Response): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines.filter(Boolean)) yield (JSON.parse(line) as Line).message;
  }
}

describe("a tenant's log", () => {
  it("tells by which request and version a line was written, and why a request failed; it outlives a restart", async () => {
    await using first = await startTestHost();
    await first.deploy("shop", talking);
    await first.fetch("shop", "/?say=one");
    await first.fetch("shop", "/?say=two&level=warn");
    const failed = await first.fetch("shop", "/?say=three&fail");
    expect(failed.status).toBe(500);
    const lines = await read(first);
    expect(lines).toMatchObject([
      { level: "info", source: "console", version: 1, message: "one" },
      { level: "warn", source: "console", version: 1, message: "two" },
      { level: "error", source: "host", version: 1, message: expect.stringContaining("failed on three") },
    ]);
    expect(lines[2]!.request).toBe(failed.headers.get("plinth-request-id"));
    await first.close();
    await using second = await startTestHost({ dataDir: first.dataDir });
    expect(await read(second)).toEqual(lines);
  });

  it("of long lines is read page by page to the number that is asked for", async () => {
    await using host = await startTestHost();
    const long = `console.log(new URL(request.url).pathname + "x".repeat(60000))`;
    await host.deploy("shop", slimComponent(`export default { fetch(request) { ${long}; return new Response(); } };`));
    for (let n = 1; n <= 30; n++) await host.fetch("shop", `/${n}/`);
    expect((await read(host, "?limit=30")).length).toBeLessThan(20);
    const api = new ApiTransport({ admin: host.adminUrl, token: host.token });
    const lines = await readLogs(api, "shop", { limit: 25 });
    expect(lines.map(({ message }) => message.split("/")[1])).toEqual(Array.from({ length: 25 }, (_, n) => `${n + 6}`));
    expect(await readLogs(api, "shop", { limit: 100 })).toHaveLength(30);
  });

  it("is watched live with its requests, each after the lines that it has written", async () => {
    await using host = await startTestHost();
    await host.deploy("shop", talking);
    const lines = watch(await host.admin("/v1/tenants/shop/tail?requests=true"));
    const plain = watch(await host.admin("/v1/tenants/shop/tail"));
    await host.fetch("shop", "/?say=one");
    await host.fetch("shop", "/?say=two&fail");
    const next = async () => (await lines.next()).value;
    expect(await next()).toBe("one");
    expect(await next()).toMatch(/^GET \/t\/shop\/\?say=one 200, [0-9.]+ ms$/);
    expect(await next()).toContain("failed on two");
    expect(await next()).toMatch(/^GET \/t\/shop\/\?say=two&fail 500, [0-9.]+ ms$/);
    expect([(await plain.next()).value, (await plain.next()).value]).toEqual(["one", expect.stringContaining("two")]);
    expect(await read(host)).toHaveLength(2);
  });

  it("is watched live, by level and text, until the reader or the host ends", async () => {
    await using host = await startTestHost();
    await host.deploy("shop", talking);
    const response = await host.admin("/v1/tenants/shop/tail?level=warn&search=cart");
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const seen = watch(response);
    for (const say of ["cart", "shelf&level=error", "Cart%201&level=warn", "cart%202&level=error"])
      await host.fetch("shop", `/?say=${say}`);
    expect([(await seen.next()).value, (await seen.next()).value]).toEqual(["Cart 1", "cart 2"]);
    const left = await host.admin("/v1/tenants/shop/tail");
    await left.body!.cancel();
    await host.close();
    expect((await seen.next()).done).toBe(true);
  });

  it("may be watched by so many at once", async () => {
    await using host = await startTestHost({ tailLimit: 2 });
    await host.deploy("shop", talking);
    const tail = () => host.admin("/v1/tenants/shop/tail");
    const views = [await tail(), await tail()];
    expect((await tail()).status).toBe(429);
    expect((await host.admin("/v1/tenants/shop/tail", { method: "HEAD" })).status).toBe(404);
    await Promise.all(views.map((view) => view.body!.cancel()));
    await expect.poll(async () => (await tail()).status).toBe(200);
  });

  it("takes so many lines a second, and says what was dropped", async () => {
    await using host = await startTestHost({ tenantLogLinesPerSecond: 1 });
    await host.deploy("shop", talking);
    for (let i = 0; i < 15; i++) await host.fetch("shop", `/?say=${i}`);
    const dropped = async () => (await read(host)).find(({ source }) => source === "host")?.message;
    await expect
      .poll(dropped)
      .toMatch(/^\d log lines were dropped: the tenant may log 1 lines and 262144 bytes a second$/);
    expect((await read(host)).slice(0, 3).map(({ message }) => message)).toEqual(["0", "1", "2"]);
  });

  it("keeps so many bytes of a tenant", async () => {
    await using host = await startTestHost({ tenantLogBytes: 10_000 });
    await host.deploy("shop", talking);
    const long = "x".repeat(1_000);
    for (let i = 0; i < 20; i++) await host.fetch("shop", `/?say=${i}${long}`);
    const lines = await read(host);
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-1)!.message).toBe(`19${long}`);
  });
});
