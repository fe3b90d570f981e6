import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { firstLine, startCli } from "./support/cli.ts";
import { startTestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

/** Number of times that a host is killed in the middle of deploys. PLINTH_KILLS raises it. */
const KILLS = Number(process.env.PLINTH_KILLS ?? 6);
interface VersionPage {
  readonly versions: readonly { readonly id: number }[];
  readonly next: number | null;
}

/** Time after which an answer that does not come is a failure that the test names, ms. */
const STUCK_MS = 30_000;

describe("kill -9 in the middle of deploys", () => {
  it("keeps every acknowledged deploy, and leaves no half of another", {
    timeout: 60_000 + KILLS * 10_000,
  }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "plinth-kill-"));
    const acknowledged: { version: number; text: string }[] = [];
    let attempts = 0;
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const child = startCli([
          "serve",
          "--data",
          dataDir,
          "--listen",
          "127.0.0.1:0",
          "--admin",
          "127.0.0.1:0",
          "--json",
        ]);
        const { admin, token } = JSON.parse(await firstLine(child)) as { admin: string; token: string };
        const headers = { authorization: `Bearer ${(await readFile(token, "utf8")).trim()}` };
        const post = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
          fetch(admin + path, {
            method: "POST",
            headers: { ...headers, "content-type": type },
            body,
            signal: AbortSignal.timeout(STUCK_MS),
          });
        if (kill === 0) await post("/v1/tenants", "application/json", '{"name":"shop"}');
        // The kill comes after the first answers, at a moment that differs from round to round.
        const dying = setTimeout(() => child.kill("SIGKILL"), 150 + Math.random() * 250);
        const exit = once(child, "exit");
        try {
          for (;;) {
            const text = `deploy ${attempts++}`;
            const response = await post(
              "/v1/tenants/shop/versions?activate=true",
              "application/wasm",
              answering(`"${text}"`),
            );
            const { id } = (await response.json()) as { id: number };
            expect(response.status).toBe(201);
            acknowledged.push({ version: id, text });
          }
        } catch (error) {
          // The connection broke, so the host did not acknowledge this deploy.
          if (!(error instanceof TypeError)) throw error;
        }
        clearTimeout(dying);
        await exit;
      }

      await using host = await startTestHost({ dataDir });
      const ids = new Set<number>();
      for (let after: number | null = null; ; ) {
        const query: string = after === null ? "" : `?after=${after}`;
        const page = (await (await host.admin(`/v1/tenants/shop/versions${query}`)).json()) as VersionPage;
        for (const { id } of page.versions) ids.add(id);
        if (page.next === null) break;
        after = page.next;
      }
      expect(acknowledged.length).toBeGreaterThan(KILLS);
      expect(acknowledged.filter(({ version }) => !ids.has(version))).toEqual([]);
      // Each kill may cut off the answer to one committed deploy. That deploy has to be whole.
      expect(ids.size - acknowledged.length).toBeLessThanOrEqual(KILLS);
      for (const id of ids) {
        expect((await host.admin(`/v1/tenants/shop/versions/${id}/activate`, { method: "POST" })).status).toBe(200);
        const response = await host.fetch("shop");
        const text = await response.text();
        expect([response.status, text]).toEqual([200, expect.stringMatching(/^deploy \d+$/)]);
        const known = acknowledged.find(({ version }) => version === id);
        if (known !== undefined) expect(text).toBe(known.text);
      }
      const files = await readdir(join(dataDir, "blobs"), { recursive: true });
      expect(files.filter((file) => /tmp|temp|partial/.test(file))).toEqual([]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
