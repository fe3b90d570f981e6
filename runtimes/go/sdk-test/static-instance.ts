/** An instance of a Go program in the static form of the SDK. */
import type { TenantResponse } from "../../../host/protocol/contract.ts";
import { type Guest, liftResponse, lowerRequest } from "./lift.ts";
import { wasiImports } from "./wasi.ts";

export class StaticInstance {
  stderr = "";
  readonly #guest: Guest;
  readonly #handle: (...values: number[]) => number;

  constructor(program: Uint8Array) {
    const module = new WebAssembly.Module(program as Uint8Array<ArrayBuffer>);
    const host = {
      memory: () => this.#guest.memory,
      wallNanos: () => BigInt(Date.now()) * 1_000_000n,
      monotonicNanos: () => process.hrtime.bigint(),
      environment: () => [],
      write: (descriptor: number, text: string) => {
        if (descriptor === 2) this.stderr += text;
      },
    };
    const names = WebAssembly.Module.imports(module).map(({ name }) => name);
    const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasiImports(host, names) });
    this.#guest = { memory: exports.memory as WebAssembly.Memory, realloc: exports.cabi_realloc as Guest["realloc"] };
    this.#handle = exports["plinth:http/handler@0.1.0#handle"] as (...values: number[]) => number;
    (exports._initialize as () => void)();
  }

  handle(uri: string): TenantResponse {
    return liftResponse(this.#guest, this.#handle(...lowerRequest(this.#guest, { uri })));
  }
}
