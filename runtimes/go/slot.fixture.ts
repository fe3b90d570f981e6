/** A slot of the Go base for tests. The host's own steps deploy components to it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadResumableGlue } from "../../host/component/glue/glue.ts";
import type { GlueCache } from "../../host/component/glue/transpile.ts";
import { parseComponent } from "../../host/component/read/component.ts";
import { type LinkedComponent, link } from "../../host/deploy/link.ts";
import { makeHandle } from "../../host/runtime/handle.ts";
import { bodyText, TestSlot, type TestState } from "../../host/worker/slot.fixture.ts";
import type { GoRuntimePackage } from "./build.ts";

/** jco runs only once, because all Go components have one shape. */
const glues = new Map<string, string>();
const cache: GlueCache = {
  get: async (hash) => glues.get(hash),
  put: async (hash, glue) => void glues.set(hash, glue),
};

export class GoSlot extends TestSlot {
  readonly #manifest: GoRuntimePackage["manifest"];

  static async make({ folder, manifest }: GoRuntimePackage): Promise<GoSlot> {
    const { thin, image, warmUp } = manifest.files;
    const read = ({ path }: { path: string }) => new Uint8Array(readFileSync(join(folder, path)));
    const handle = makeHandle(manifest, new WebAssembly.Module(read(thin)), read(image));
    const { glue } = await linked(read(warmUp!), manifest);
    return new GoSlot(manifest, handle, loadResumableGlue(glue));
  }

  private constructor(manifest: GoRuntimePackage["manifest"], ...rest: ConstructorParameters<typeof TestSlot>) {
    super(...rest);
    this.#manifest = manifest;
  }

  /** Runs a component's start-up on the base image. @returns its delta */
  async deploy(component: Uint8Array): Promise<TestState> {
    const { functions, instantiate } = await linked(component, this.#manifest);
    const { module, count } = functions!;
    const compiled = new WebAssembly.Module(module as Uint8Array<ArrayBuffer>);
    return this.startTenant(instantiate, { key: Buffer.from(module).toString("latin1"), module: compiled, count });
  }

  /** Runs a request that must answer at once. @returns the response's body */
  get(path: string): string {
    const outcome = this.start({ uri: `http://tenant.localhost${path}` });
    if (outcome.tag !== "response") throw new Error(JSON.stringify([outcome, this.logs]));
    return bodyText(outcome.val);
  }
}

async function linked(bytes: Uint8Array, manifest: GoRuntimePackage["manifest"]): Promise<LinkedComponent> {
  const component = parseComponent(bytes);
  if (component.kind !== "slim") throw new Error("not a slim component");
  return link(component, { manifest }, cache);
}
