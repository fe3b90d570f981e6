/** The end of a host that the command line runs. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type CliOptions, firstLine, runCli, startCli } from "../../test/support/cli.ts";
import { oldNode } from "../../test/support/old-node.ts";

interface Served {
  readonly process: ChildProcess;
  readonly ingress: string;
  readonly admin: string;
  readonly token: string;
}

let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-serve-"));
  const source = `export default async (request) => {
  const ms = Number(new URL(request.url).searchParams.get("ms"));
  await new Promise((resolve) => setTimeout(resolve, ms));
  return new Response("waited");
};`;
  await writeFile(join(folder, "index.js"), source);
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function serve(options: CliOptions = {}): Promise<Served> {
  const listen = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json"];
  const child = startCli(["serve", "--data", join(folder, "data"), ...listen], options);
  started.push(child);
  return { process: child, ...(JSON.parse(await firstLine(child)) as Omit<Served, "process">) };
}

/** Starts a host with a tenant, and a request that has reached the tenant and waits. */
async function serveWaiting(
  ms: number,
  settings: Record<string, string> = {},
): Promise<{ served: Served; answer: Promise<string> }> {
  const served = await serve({ env: settings });
  const token = (await readFile(served.token, "utf8")).trim();
  const env = { PLINTH_ADMIN: served.admin, PLINTH_TOKEN: token };
  const deployed = await runCli(["deploy", folder, "--name", "waiter"], { env });
  expect(deployed).toMatchObject({ code: 0 });
  const answer = fetch(`${served.ingress}/t/waiter/?ms=${ms}`).then((response) => response.text());
  answer.catch(() => {});
  expect(await (await fetch(`${served.ingress}/t/waiter/?ms=0`)).text()).toBe("waited");
  return { served, answer };
}

test("the first signal lets a request end that is under way, and nothing is waited for after that", async () => {
  // The grace is long, so that the test would not end if a connection stayed open.
  const { served, answer } = await serveWaiting(2_000, { PLINTH_SHUTDOWN_GRACE_MS: "600000" });
  const closed = once(served.process, "close");
  served.process.kill("SIGINT");
  expect(await answer).toBe("waited");
  expect(await closed).toEqual([0, null]);
});

test("the second signal does not", async () => {
  const { served, answer } = await serveWaiting(25_000);
  const closed = once(served.process, "close");
  served.process.kill("SIGTERM");
  // The first signal has been taken once the host takes no more connections.
  await expect
    .poll(() =>
      fetch(served.admin).then(
        () => "answers",
        () => "refuses",
      ),
    )
    .toBe("refuses");
  served.process.kill("SIGTERM");
  expect(await closed).toEqual([143, null]);
  await expect(answer).rejects.toThrow();
});

if (oldNode !== undefined) {
  const node = oldNode;
  test("started by an older Node, a host ends with the process that was started, by SIGTERM as by SIGKILL", async () => {
    const first = await serve({ node });
    const closed = once(first.process, "close");
    first.process.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);

    const second = await serve({ node });
    second.process.kill("SIGKILL");
    // The data folder is free again as soon as the host itself is gone.
    await expect
      .poll(() =>
        fetch(second.ingress).then(
          () => "answers",
          () => "refuses",
        ),
      )
      .toBe("refuses");
    await serve();
  });
}
