/** A slot of the Python runtime for tests, into which a program is loaded. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadResumableGlue, type ResumableGlue } from "../../host/component/glue/glue.ts";
import { transpileComponent } from "../../host/component/glue/transpile.ts";
import { makeHandle } from "../../host/runtime/handle.ts";
import { readManifest } from "../../host/runtime/manifest.ts";
import type { RuntimeHandle } from "../../host/worker/runtime-handle.ts";
import { bodyText, type TestRequest, TestSlot, type TestState } from "../../host/worker/slot.fixture.ts";
import { dataModule } from "../data-module.ts";
import { buildPython } from "./build-tenant.ts";
import { language } from "./language.ts";

export class PythonSlot extends TestSlot {
  readonly #instantiate: ResumableGlue["instantiate"];

  private constructor(handle: RuntimeHandle, glue: ResumableGlue) {
    super(handle, glue);
    this.#instantiate = glue.instantiate;
  }

  static async make(): Promise<PythonSlot> {
    const read = (path: string) => new Uint8Array(readFileSync(join(language.folder, "dist", path)));
    const manifest = readManifest(JSON.parse(Buffer.from(read("runtime.json")).toString()));
    const { thin, image, warmUp } = manifest.files;
    const { glue } = await transpileComponent(read(warmUp!.path), { mode: "sync" });
    const handle = makeHandle(manifest, new WebAssembly.Module(read(thin.path)), read(image.path));
    return new PythonSlot(handle, loadResumableGlue(glue));
  }

  /** Loads a program over the base image. @returns the tenant's image. @throws Error with what was logged */
  async load(main: string): Promise<TestState> {
    const folder = mkdtempSync(join(tmpdir(), "plinth-python-"));
    try {
      writeFileSync(join(folder, "main.py"), main);
      const { program } = await buildPython(folder);
      const module = new WebAssembly.Module(dataModule(program));
      return this.startTenant((runtime) => void this.#instantiate({ runtime, embedded: [module] }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Runs one request of a loaded program. @returns its body. @throws Error if the request fails */
  text(state: TestState, request: TestRequest = {}): string {
    this.restore(state);
    return bodyText(this.run(request));
  }
}
