/**
 * A slot of the Go runtime with a host of a few lines around it: for tests and measurements of the linker and the base, and
 * an example of what a host does to run Go tenants (docs/reference/go-linking.md, "The switch").
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type HttpResumable, loadResumableGlue, type ResumableGlue } from "../../host/component/glue/glue.ts";
import { transpileComponent } from "../../host/component/glue/transpile.ts";
import { parseComponent } from "../../host/component/read/component.ts";
import { type ClearTable, tableClearer } from "../../host/component/write/clear-table.ts";
import { fillExport, servingForm } from "../../host/component/write/serving-form.ts";
import { growRefusedExport, pageLimitExport, pagesExport } from "../../host/component/write/thin-module.ts";
import { BaseImage, type Delta, SlotMemory, WASM_PAGE_BYTES } from "../../host/memory/index.ts";
import type { Outcome, TenantRequest } from "../../host/protocol/contract.ts";
import type { GoRuntimePackage } from "./build.ts";
import { wasiImports } from "./sdk-test/wasi.ts";

/** What a slot is switched to. */
export interface TenantImage {
  layers: readonly Delta[];
  pages: number;
  /** The serving form, and how many functions it has; none for the base itself. */
  functions?: { module: WebAssembly.Module; count: number };
}

/** What all slots of a package share. */
export class GoRuntime {
  readonly manifest: GoRuntimePackage["manifest"];
  readonly base: BaseImage;
  readonly module: WebAssembly.Module;

  constructor({ folder, manifest }: GoRuntimePackage) {
    this.manifest = manifest;
    const image = readFileSync(join(folder, manifest.files.image.path));
    const extendBytes = manifest.memory.initialPages * WASM_PAGE_BYTES - image.length + (8 << 20);
    this.base = BaseImage.create(image, { extendBytes });
    this.module = new WebAssembly.Module(new Uint8Array(readFileSync(join(folder, manifest.files.thin.path))));
  }
}

export class GoSlot {
  readonly runtime: GoRuntime;
  readonly instance: WebAssembly.Instance;
  readonly memory: SlotMemory;
  /** Lines of stdout, stderr and the log. */
  logs: string[] = [];
  readonly #wasmMemory: WebAssembly.Memory;
  readonly #table: WebAssembly.Table;
  readonly #clear: ClearTable;
  /** The instances of tenants' serving forms in this slot, by module. */
  readonly #fills = new WeakMap<WebAssembly.Module, () => void>();
  #filled = 0;
  #glue: ResumableGlue | undefined;
  #resumable: HttpResumable | undefined;

  constructor(runtime: GoRuntime) {
    this.runtime = runtime;
    const { memory } = runtime.manifest;
    this.#wasmMemory = new WebAssembly.Memory({
      initial: runtime.base.byteLength / WASM_PAGE_BYTES,
      maximum: memory.maximumPages,
    });
    this.memory = new SlotMemory(this.#wasmMemory, runtime.base);
    this.instance = new WebAssembly.Instance(runtime.module, this.#imports());
    this.#table = this.#export("table");
    this.#clear = tableClearer(this.#table);
  }

  /** Deploys a component: runs its start-up on the base image and keeps what that leaves. */
  async deploy(component: Uint8Array): Promise<TenantImage> {
    const parsed = parseComponent(component);
    if (parsed.kind !== "slim") throw new Error("not a slim component");
    const { glue } = await transpileComponent(component, { mode: "sync" });
    this.#glue = loadResumableGlue(glue);
    const embedded = parsed.coreModules
      .filter((module) => module.kind === "embedded")
      .map(({ start, end }) => new Uint8Array(component.subarray(start, end)));
    const serving = servingForm(embedded[0]!);
    this.switchTo(this.baseImage);
    this.#reserve(serving.functions.count);
    this.#filled = serving.functions.count;
    this.#glue.instantiate({
      runtime: this.instance,
      embedded: embedded.map((bytes) => new WebAssembly.Module(bytes)),
    });
    const pages = this.#export<WebAssembly.Global<"i32">>(pagesExport).value;
    return {
      layers: [this.memory.capture([], { wasmPages: pages })],
      pages,
      functions: { module: new WebAssembly.Module(serving.bytes), count: serving.functions.count },
    };
  }

  get baseImage(): TenantImage {
    return { layers: [], pages: this.runtime.manifest.memory.initialPages };
  }

  switchTo({ layers, pages, functions }: TenantImage): void {
    this.memory.switchTo(layers);
    this.#export<WebAssembly.Global>(pagesExport).value = pages;
    this.#export<WebAssembly.Global>(pageLimitExport).value = Math.max(pages, 1024);
    this.#export<WebAssembly.Global>(growRefusedExport).value = 0;
    this.#fill(functions);
    this.logs = [];
  }

  start(request: Partial<TenantRequest> = {}): Outcome {
    const { method = "GET", uri = "http://tenant.localhost/", headers = [], body = new Uint8Array() } = request;
    this.#resumable ??= this.#glue!.instantiate({ runtime: this.instance });
    try {
      return this.#resumable.start({ method, uri, headers, body });
    } catch (error) {
      this.#resumable = undefined; // a trap leaves the glue's books in disorder
      throw error;
    }
  }

  /** The body of the response, which must be there at once. */
  get(path: string, body = ""): string {
    const uri = `http://tenant.localhost${path}`;
    const outcome = this.start({ uri, method: body ? "POST" : "GET", body: new TextEncoder().encode(body) });
    if (outcome.tag !== "response") throw new Error(`${JSON.stringify(outcome)} ${this.logs.join("\n")}`);
    return Buffer.from(outcome.val.body).toString();
  }

  /** The tenant's functions into the table, and what the last tenant had beyond them out of it. */
  #fill(functions: TenantImage["functions"]): void {
    const { first } = this.runtime.manifest.layout!.functions;
    const count = functions?.count ?? 0;
    if (functions !== undefined) {
      let fill = this.#fills.get(functions.module);
      if (fill === undefined) {
        const instance = new WebAssembly.Instance(functions.module, { rt: this.instance.exports });
        fill = instance.exports[fillExport] as () => void;
        this.#fills.set(functions.module, fill);
      }
      this.#reserve(count);
      fill();
    }
    if (count < this.#filled) this.#clear(first + count, this.#filled - count);
    this.#filled = count;
  }

  #reserve(count: number): void {
    const lacking = this.runtime.manifest.layout!.functions.first + count - this.#table.length;
    if (lacking > 0) this.#table.grow(lacking);
  }

  #imports(): WebAssembly.Imports {
    const imported = this.runtime.manifest.imports;
    const names = imported.filter(({ module }) => module === "wasi_snapshot_preview1").map(({ name }) => name);
    const origin = process.hrtime.bigint() - 1_000_000_000n;
    const wasi = wasiImports(
      {
        memory: () => this.#wasmMemory,
        wallNanos: () => BigInt(Date.now()) * 1_000_000n,
        monotonicNanos: () => process.hrtime.bigint() - origin,
        write: (_descriptor, text) => void this.logs.push(text),
        environment: () => [],
      },
      names,
    );
    const imports: WebAssembly.Imports = { wasi_snapshot_preview1: wasi };
    for (const { module, name } of imported) {
      if (module === "wasi_snapshot_preview1") continue;
      imports[module] ??= {};
      imports[module][name] = () => 0;
    }
    const log = (_level: number, at: number, length: number) =>
      void this.logs.push(Buffer.from(this.#wasmMemory.buffer, at, length).toString());
    imports["plinth:host"] = { ...imports["plinth:host"], log, memory: this.#wasmMemory };
    return imports;
  }

  #export<T>(name: string): T {
    return this.instance.exports[name] as T;
  }
}
