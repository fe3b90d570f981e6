/** Plinth itself: a host process with tenants, each of which has bytes of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiClient } from "../../host/cli/api-client.ts";
import { buildProject } from "../../host/toolchain/build-project.ts";
import { builtIn } from "../../runtimes/registry.ts";
import { markerOf, numbered } from "../../runtimes/showcase.ts";
import { startHostProcess } from "../host-process.ts";
import type { Arm, Server } from "./arm.ts";
import { handlers } from "./handlers.ts";

const programs = join(import.meta.dirname, "programs");

/** 256 connections call one tenant at once. */
const limits = { tenantConcurrency: 1_000 };

function plinthArm(runtime: string, isolation: "request" | "reuse"): Arm {
  return {
    name: `plinth ${runtime} ${isolation}`,
    what: isolation === "request" ? "fresh state for each request" : "state kept in the slot",
    handlers: handlers.map(({ name }) => name),
    tenants: 1_000,
    start: async (tenants, say) => {
      const language = builtIn.get(runtime);
      await language.package.build(say);
      say("building the program");
      const { component } = await buildProject(join(programs, runtime));
      const upload = (tenant: number) => numbered(component, tenant);
      return startPlinth({ tenants, isolation, say, upload, settings: { PLINTH_RUNTIMES: `plinth:${runtime}` } });
    },
  };
}

export const plinthArms: readonly Arm[] = ["js", "go"].flatMap((runtime) =>
  (["request", "reuse"] as const).map((isolation) => plinthArm(runtime, isolation)),
);

interface Deployment {
  readonly tenants: number;
  readonly isolation: "request" | "reuse";
  readonly upload: (tenant: number) => Uint8Array;
  /** Environment variables of the host. */
  readonly settings: Record<string, string>;
  readonly say: (text: string) => void;
}

/** Deploys in the process that is measured. */
export async function startPlinth({ tenants, isolation, upload, settings, say }: Deployment): Promise<Server> {
  const undo = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), "plinth-throughput-"));
  undo.defer(() => rm(data, { recursive: true, force: true }));
  try {
    const host = undo.use(await startHostProcess(data, settings));
    const api = new ApiClient({ admin: host.admin, token: host.token });
    say(`deploying ${tenants} tenants`);
    for (let tenant = 0; tenant < tenants; tenant++) {
      const name = markerOf(tenant);
      await api.createTenant(name, []);
      await api.setSettings(name, { isolation, limits });
      await api.uploadVersion(name, upload(tenant), { activate: true });
    }
    return {
      pids: [host.pid],
      origin: host.ingress,
      path: ({ name }, tenant) => `/t/${markerOf(tenant)}/${name}`,
      [Symbol.asyncDispose]: () => undo.disposeAsync(),
    };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}
