/** Starts a peer's process and waits until it answers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { endWithThis } from "../../end-with-this.ts";
import type { Server } from "../arm.ts";

export interface ChildServer {
  readonly command: string;
  /** The arguments, given a free port of 127.0.0.1. */
  readonly args: (port: number) => readonly string[];
  readonly env?: (port: number) => Record<string, string>;
  readonly cwd?: string;
  /** The path of a handler. Default: /HANDLER. */
  readonly path?: Server["path"];
  /** Called after the process has ended. */
  readonly onEnd?: () => Promise<void>;
}

/** Longest time of a start, ms. A server may compile a large module before it listens. */
const START_LIMIT_MS = 120_000;

/** @throws Error with the process's output if it ends, or does not answer in time */
export async function startChild(server: ChildServer): Promise<Server> {
  const port = await freePort();
  const child = spawn(server.command, server.args(port), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...server.env?.(port) },
    cwd: server.cwd,
  });
  endWithThis(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      printed = (printed + bytes.toString()).slice(-2_000);
    });
  const stop = async () => {
    await end(child);
    await server.onEnd?.();
  };
  const failure = once(child, "error").then(([error]) => `${error}`);
  const ended = once(child, "exit").then(([code]) => `it ended with exit code ${code}`);
  const origin = `http://127.0.0.1:${port}`;
  const reason = await Promise.race([failure, ended, answers(origin)]);
  if (reason !== "") {
    await stop();
    throw new Error(`${server.command} does not serve: ${reason} ${printed}`.trim());
  }
  return {
    pids: await processTree(child.pid!),
    origin,
    path: server.path ?? (({ name }) => `/${name}`),
    [Symbol.asyncDispose]: stop,
  };
}

/** @returns "" as soon as the server answers, otherwise a reason */
async function answers(origin: string): Promise<string> {
  const last = performance.now() + START_LIMIT_MS;
  while (performance.now() < last) {
    const answered = await fetch(`${origin}/hello`, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (answered) return "";
    await delay(100);
  }
  return `it did not answer within ${START_LIMIT_MS / 1000} s`;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  // A process that the child has started would outlive it.
  for (const pid of (await processTree(child.pid)).reverse()) process.kill(pid, "SIGKILL");
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

/** The process with all processes that it has started. */
async function processTree(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const children = text.split(" ").map(Number).filter(Boolean);
  return [pid, ...(await Promise.all(children.map(processTree))).flat()];
}
