import { type GlueCache, transpileComponent } from "../glue/transpile.ts";
import { parseComponent } from "../read/component.ts";
import { endable } from "../write/endable.ts";
import { StaticComponentError } from "./errors.ts";
import { type HostInterface, suspendingImports, unsupportedImports } from "./imports.ts";
import { handlerAmong, handlerInterface, scheduledInterface } from "./interfaces.ts";
import { limitMemories } from "./memory-limit.ts";
import { limitTables } from "./table-limit.ts";
import type { StaticArtifacts } from "./types.ts";

export interface PrepareOptions {
  /** The most that each of the component's linear memories may have, pages of 64 KiB. */
  memoryPages?: number;
  /** The cache of glue. Components of one toolchain and world mostly have the same glue. */
  cache?: GlueCache;
  /** The interfaces that the component may import beside WASI; none if not given. */
  interfaces?: readonly HostInterface[];
}

/** Pages of 64 KiB: 64 MiB. */
const defaultMemoryPages = 1024;

/**
 * Prepares a static component at its deploy: checks its imports and exports, has jco write its glue, limits its
 * memories and tables, and rewrites its code so that it can be ended.
 *
 * @param bytes a component with everything inside, of world `plinth:http/service` or `wasi:http/proxy`
 * @throws ComponentError if the component cannot be read, or a memory begins above the limit
 * @throws StaticComponentError "unsupported-import", "no-handler", or "malformed" if a core module is not valid
 */
export async function prepareStaticComponent(
  bytes: Uint8Array,
  { memoryPages = defaultMemoryPages, cache, interfaces = [] }: PrepareOptions = {},
): Promise<StaticArtifacts> {
  const component = parseComponent(bytes);
  const unsupported = unsupportedImports(
    component.imports.map(({ name }) => name),
    interfaces,
  );
  if (unsupported.length > 0) {
    throw new StaticComponentError(
      "unsupported-import",
      `The component imports ${unsupported.join(", ")}, which Plinth does not offer to static components. ` +
        "Build it without the feature that needs it; docs/reference/static-components.md lists what is offered.",
      { import: unsupported[0]! },
    );
  }
  const exported = component.exports.filter(({ sort }) => sort === "instance").map(({ name }) => name);
  const handler = handlerAmong(exported);
  if (handler === undefined) {
    throw new StaticComponentError(
      "no-handler",
      `The component exports neither ${handlerInterface} nor wasi:http/incoming-handler@0.2. Build it for the world ` +
        '"service" of wit/http.wit, or for wasi:http/proxy.',
    );
  }
  const { glue, coreModules } = await transpileComponent(bytes, {
    mode: "jspi",
    asyncImports: suspendingImports(interfaces),
    witFiles: interfaces.flatMap(({ file }) => file ?? []),
    asyncExports: [
      `${handler}#handle`,
      ...(exported.includes(scheduledInterface) ? [`${scheduledInterface}#run`] : []),
    ],
    ...(cache === undefined ? {} : { cache }),
  });
  const modules: StaticArtifacts["modules"] = {};
  for (const [name, module] of coreModules) {
    modules[name] = endable(limitTables(limitMemories(module, memoryPages)));
    await requireValid(modules[name], name);
  }
  return { glue, modules };
}

/** Has V8 compile a core module before it goes live, because jco has only seen its imports and exports. */
async function requireValid(module: Uint8Array, name: string): Promise<void> {
  try {
    await WebAssembly.compile(module as Uint8Array<ArrayBuffer>);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StaticComponentError("malformed", `A core module is not valid (${name}): ${reason}`, {}, error);
  }
}
