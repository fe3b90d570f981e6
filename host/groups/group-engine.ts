import { languagesWith } from "../../runtimes/outside.ts";
import type { HostBindings } from "../bindings/host-bindings.ts";
import { LocalEngine } from "../engine/local-engine.ts";
import { CpuShares } from "../fairness/cpu-shares.ts";
import { HeldMemory } from "../fairness/held-memory.ts";
import { collectGarbage, returnFreedMemory } from "../memory/index.ts";
import type { Usage } from "../observe/usage.ts";
import { loadRuntimes } from "../runtime/runtime.ts";
import type { GroupStart } from "./group-start.ts";

/**
 * The engine of a group's process.
 *
 * @throws Error if the runtimes on the disk differ from the host's
 */
export async function openEngine(
  start: GroupStart,
  bindings: Pick<HostBindings, "call">,
  usage: Usage,
  onFault: (error: unknown, where: string) => void,
): Promise<LocalEngine> {
  returnFreedMemory();
  const { settings } = start;
  const languages = await languagesWith(settings.runtimeFolders);
  const names = start.runtimes.map(({ name }) => name);
  const languageOf = (runtime: string) => languages.ofRuntime(runtime)?.name;
  const runtimes = await loadRuntimes(languages.packageFolders, { names, needed: names, languageOf });
  for (const { name, build } of start.runtimes) {
    // Images of tenants are differences to one build, so the group needs the same build.
    if (!runtimes.some((runtime) => runtime.manifest.name === name && runtime.build === build))
      throw new Error(`the runtime ${name} has changed on the disk; restart the host`);
  }
  const engine = await LocalEngine.open({
    settings,
    runtimes,
    bindings: { call: bindings.call.bind(bindings), workerData: start.bindings },
    heldMemory: new HeldMemory(start.waitingBytes),
    shares: new CpuShares(),
    usage,
    onFault,
  });
  collectGarbage();
  return engine;
}
