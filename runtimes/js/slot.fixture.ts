/** A slot of the JavaScript runtime for tests, into which the source of a module is loaded. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadResumableGlue, type ResumableGlue } from "../../host/component/glue/glue.ts";
import { transpileComponent } from "../../host/component/glue/transpile.ts";
import type { TenantResponse } from "../../host/protocol/contract.ts";
import { makeHandle } from "../../host/runtime/handle.ts";
import { readManifest } from "../../host/runtime/manifest.ts";
import type { RuntimeHandle } from "../../host/worker/runtime-handle.ts";
import { type TestRequest, TestSlot, type TestState } from "../../host/worker/slot.fixture.ts";
import { dataModule } from "../data-module.ts";
import type { RuntimePackage } from "../package.ts";
import { buildRuntime, packageFolder } from "./build.ts";

export { bodyText } from "../../host/worker/slot.fixture.ts";

export class JavaScriptSlot extends TestSlot {
  readonly #instantiate: ResumableGlue["instantiate"];

  private constructor(handle: RuntimeHandle, glue: ResumableGlue) {
    super(handle, glue);
    this.#instantiate = glue.instantiate;
  }

  /** @param built the package that was built last, if not given */
  static async make(built?: RuntimePackage): Promise<JavaScriptSlot> {
    const { manifest, files } = built ?? (await builtPackage());
    const module = new WebAssembly.Module(files.thin as Uint8Array<ArrayBuffer>);
    const { glue } = await transpileComponent(files.warmUp!, { mode: "sync" });
    return new JavaScriptSlot(makeHandle(manifest, module, files.image), loadResumableGlue(glue));
  }

  /** Loads a module over the base image. @returns the tenant's image. @throws Error with what was logged */
  load(source: string): TestState {
    const module = new WebAssembly.Module(dataModule(new TextEncoder().encode(source)));
    return this.startTenant((runtime) => void this.#instantiate({ runtime, embedded: [module] }));
  }

  /** Loads a module and runs one request. @throws Error if it fails */
  serve(source: string, request: TestRequest = {}): TenantResponse {
    this.restore(this.load(source));
    const { status, headers, body } = this.run(request);
    return { status, headers, body };
  }
}

async function builtPackage(): Promise<RuntimePackage> {
  await buildRuntime();
  const read = (path: string) => readFileSync(join(packageFolder, path));
  const manifest = readManifest(JSON.parse(read("runtime.json").toString()));
  const { module, thin, image, warmUp } = manifest.files;
  const files = {
    module: read(module.path),
    thin: read(thin.path),
    image: read(image.path),
    warmUp: read(warmUp!.path),
  };
  return { manifest, files };
}
