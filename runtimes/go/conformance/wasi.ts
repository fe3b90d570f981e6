/** WASI for the test binaries of both arms. It is Node's own, for a memory that the module may import. */
import { WASI } from "node:wasi";

export interface WasiSettings {
  args: string[];
  environment: Record<string, string>;
  /** Folders on this machine by the paths that the tests see. */
  preopens: Record<string, string>;
}

/** `proc_exit` throws this. */
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
    // Node has this since 24.4, but @types/node lacks the parameter for the memory.
    (this.#wasi as unknown as { finalizeBindings(i: WebAssembly.Instance, o: object): void }).finalizeBindings(
      instance,
      {
        memory,
      },
    );
  }
}
