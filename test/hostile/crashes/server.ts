/** A host in a process of its own that is killed. Its calls tell a broken connection from an answer. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { firstLine, startCli } from "../../support/cli.ts";

/** Time after which an answer that does not come is a failure that the test names, ms. */
const STUCK_MS = 120_000;

/** The host was killed before it had answered, so it is not known whether it has made the change. */
export class Unanswered extends Error {}

export interface Server {
  readonly child: ChildProcess;
  /** Calls the admin API. @throws Unanswered */
  admin(method: string, path: string, type?: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response>;
  /** Calls a tenant. @throws Unanswered */
  visit(tenant: string, path?: string): Promise<{ status: number; text: string }>;
  kill(): Promise<void>;
}

export function spawnServer(dataDir: string): ChildProcess {
  return startCli(["serve", "--data", dataDir, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json"]);
}

export async function startServer(dataDir: string): Promise<Server> {
  const child = spawnServer(dataDir);
  const exit = once(child, "exit");
  const ready = JSON.parse(await firstLine(child)) as { admin: string; ingress: string; token: string };
  const authorization = `Bearer ${(await readFile(ready.token, "utf8")).trim()}`;
  return {
    child,
    admin: (method, path, type, body) =>
      answered(`${ready.admin}${path}`, {
        method,
        headers: { authorization, ...(type === undefined ? {} : { "content-type": type }) },
        ...(body === undefined ? {} : { body }),
      }),
    async visit(tenant, path = "/") {
      const response = await answered(`${ready.ingress}/t/${tenant}${path}`);
      return { status: response.status, text: await response.text() };
    },
    async kill() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

/** Waits for the whole answer, because a host can die in the middle of one. */
async function answered(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(STUCK_MS) });
    const body = response.status === 204 ? null : await response.arrayBuffer();
    return new Response(body, { status: response.status });
  } catch (error) {
    // fetch throws this for a broken connection. A timeout is another error, and is reported.
    if (error instanceof TypeError) throw new Unanswered("the host was killed", { cause: error });
    throw error;
  }
}
