/** Servers on Node: the handlers beside the HTTP server, behind a pool of threads, and in an isolate for each tenant. */
import { join } from "node:path";
import type { Arm } from "../arm.ts";
import type { HandlerName } from "../handlers.ts";
import { installed } from "../installed.ts";
import { type ChildServer, startChild } from "./child-server.ts";

const all: readonly HandlerName[] = ["hello", "echo", "page", "body", "kv", "cpu"];
const withoutKv = all.filter((name) => name !== "kv");

function nodeServer(program: string, settings: Record<string, string>, path?: ChildServer["path"]) {
  return startChild({
    command: process.execPath,
    args: () => [join(import.meta.dirname, "servers", program)],
    env: (port) => ({ ...settings, PORT: String(port), NODE_ENV: "production" }),
    ...(path === undefined ? {} : { path }),
  });
}

export const nodeArms: readonly Arm[] = [
  {
    name: "fastify",
    what: "no isolation: the handlers run in the server's own thread; KV is a table of SQLite in memory",
    handlers: all,
    tenants: 1,
    start: () => nodeServer("fastify-child.ts", {}),
  },
  {
    name: "fastify + piscina",
    what: "no isolation: a task of a pool of threads for each request; KV is a table of SQLite in memory",
    handlers: all,
    tenants: 1,
    start: () => nodeServer("piscina-child.ts", {}),
  },
  {
    name: "node:http + isolated-vm",
    what: "one isolate for each tenant, state kept; bodies cross as text; no KV",
    handlers: withoutKv,
    tenants: 100,
    async start(tenants) {
      const folder = await installed(["isolated-vm@7.0.1"]);
      const settings = { VM_FOLDER: folder, TENANTS: String(tenants) };
      return nodeServer("isolates-child.ts", settings, ({ name }, tenant) => `/${tenant}/${name}`);
    },
  },
];
