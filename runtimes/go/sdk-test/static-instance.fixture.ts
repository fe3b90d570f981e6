/** An instance of a Go program in the static form of the SDK. */
import type { TenantResponse } from "../../../host/protocol/contract.ts";
import { PREVIEW1 } from "../../../host/wasi/preview1.ts";
import { runtimeImports } from "../../../host/wasi/runtime-imports.ts";
import { TestClocks } from "../../../host/worker/clocks.fixture.ts";
import { blockingPoll } from "./blocking-poll.fixture.ts";
import { type Guest, liftResponse, lowerRequest } from "./lift.fixture.ts";

export class StaticInstance {
  stderr = "";
  readonly #guest: Guest;
  readonly #handle: (...values: number[]) => number;

  constructor(program: Uint8Array) {
    const module = new WebAssembly.Module(program as Uint8Array<ArrayBuffer>);
    const clocks = new TestClocks();
    const imports = runtimeImports(module, {
      memory: () => this.#guest.memory.buffer,
      clockNs: () => clocks.monotonicNs(),
      random: (bytes) => void crypto.getRandomValues(bytes),
      write: (output, bytes) => {
        if (output === 2) this.stderr += new TextDecoder().decode(bytes);
      },
    });
    imports.poll_oneoff = blockingPoll(() => this.#guest.memory, clocks);
    const { exports } = new WebAssembly.Instance(module, { [PREVIEW1]: imports });
    this.#guest = { memory: exports.memory as WebAssembly.Memory, realloc: exports.cabi_realloc as Guest["realloc"] };
    this.#handle = exports["plinth:http/handler@0.1.0#handle"] as (...values: number[]) => number;
    (exports._initialize as () => void)();
  }

  handle(uri: string): TenantResponse {
    return liftResponse(this.#guest, this.#handle(...lowerRequest(this.#guest, { uri })));
  }
}
