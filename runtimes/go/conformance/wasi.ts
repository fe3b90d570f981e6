/** WASI for test binaries: Node's own, given to a memory that the module may import. Both arms have the same. */
import { WASI } from "node:wasi";

export interface WasiSettings {
  args: string[];
  environment: Record<string, string>;
  /** Paths as the tests see them, and the folders on this machine. */
  preopens: Record<string, string>;
}

/** Out of `proc_exit`. */
export class ProgramExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit status ${code}`);
    this.code = code;
  }
}

export class TestWasi {
  readonly #wasi: WASI;

  constructor({ args, environment, preopens }: WasiSettings) {
    this.#wasi = new WASI({ version: "preview1", args, env: environment, preopens });
  }

  get imports(): Record<string, (...values: never[]) => unknown> {
    const exit = (code: number): never => {
      throw new ProgramExit(code);
    };
    return { ...(this.#wasi.wasiImport as Record<string, (...values: never[]) => unknown>), proc_exit: exit };
  }

  bind(instance: WebAssembly.Instance, memory: WebAssembly.Memory): void {
    // Since Node 24.4; @types/node has it without the memory.
    (this.#wasi as unknown as { finalizeBindings(i: WebAssembly.Instance, o: object): void }).finalizeBindings(
      instance,
      {
        memory,
      },
    );
  }
}
