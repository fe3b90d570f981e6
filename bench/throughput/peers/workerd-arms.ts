/** workerd: the program of the JavaScript tenants as it is, one isolate for each tenant. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Arm, Server } from "../arm.ts";
import { installed } from "../installed.ts";
import { startChild } from "./child-server.ts";

const program = join(import.meta.dirname, "../programs/js");
const handlers = ["hello", "echo", "page", "body", "cpu"] as const;

export const workerdArms: readonly Arm[] = [
  {
    name: "workerd",
    what: "state kept; the socket leads to the tenant directly; no KV",
    handlers,
    tenants: 1,
    start: () => startWorkerd(direct(), undefined),
  },
  {
    name: "workerd + router",
    what: "one isolate for each tenant, state kept; a worker looks the tenant up and passes the request on; no KV",
    handlers,
    tenants: 100,
    start: (tenants) => startWorkerd(routed(tenants), ({ name }, tenant) => `/${tenant}/${name}`),
  },
];

async function startWorkerd(config: string, path: Server["path"] | undefined): Promise<Server> {
  const packages = await installed(["workerd@1.20261117.1"]);
  const folder = await mkdtemp(join(tmpdir(), "plinth-workerd-"));
  await cp(program, folder, { recursive: true });
  await writeFile(join(folder, "router.js"), ROUTER);
  await writeFile(join(folder, "config.capnp"), config);
  return startChild({
    command: join(packages, "node_modules/.bin/workerd"),
    args: (port) => ["serve", "config.capnp", "--socket-addr", `http=127.0.0.1:${port}`],
    cwd: folder,
    ...(path === undefined ? {} : { path }),
    onEnd: () => rm(folder, { recursive: true }),
  });
}

const ROUTER = `export default {
  fetch(request, env) {
    const [, tenant, name] = new URL(request.url).pathname.split("/");
    return (env["tenant" + tenant] ?? env.tenant0).fetch(name === undefined ? request : new Request(request));
  },
};
`;

const DATE = 'compatibilityDate = "2026-01-01"';

function service(name: string): string {
  return `(name = "${name}", worker = (${DATE}, modules = [
    (name = "index.js", esModule = embed "index.js"), (name = "routes.js", esModule = embed "routes.js")]))`;
}

function configOf(services: readonly string[], entry: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(",\n  ")}],
  sockets = [(name = "http", http = (), service = "${entry}")]
);
`;
}

function direct(): string {
  return configOf([service("tenant0")], "tenant0");
}

function routed(tenants: number): string {
  const names = Array.from({ length: tenants }, (_, tenant) => `tenant${tenant}`);
  const bindings = names.map((name) => `(name = "${name}", service = "${name}")`).join(", ");
  const router = `(name = "router", worker = (${DATE}, bindings = [${bindings}],
    modules = [(name = "router.js", esModule = embed "router.js")]))`;
  return configOf([router, ...names.map(service)], "router");
}
