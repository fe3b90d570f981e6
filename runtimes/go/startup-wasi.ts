/** WASI preview 1 as the Go runtime finds it while its image is made: nothing of the outside world. */
import { PREVIEW1 } from "../../host/wasi/preview1.ts";
import { runtimeImports } from "../../host/wasi/runtime-imports.ts";

const CLOCK_STEP_NS = 1000n;

/**
 * A clock that begins at the epoch and moves by a microsecond each time it is read, and random numbers that are the same
 * every time. An image made with it is the same on every machine.
 */
export class StartupWasi {
  /** What was written to stdout and stderr. */
  output = "";
  #now = 0n;
  #random = 0x9e3779b9;

  /** One function for each that a module imports. */
  imports(module: WebAssembly.Module, memory: () => WebAssembly.Memory): WebAssembly.Imports {
    const imports: WebAssembly.Imports = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== "function") continue;
      imports[from] ??= {};
      imports[from][name] = () => {
        throw new Error(`the Go runtime calls ${from}.${name} while it starts up`);
      };
    }
    imports[PREVIEW1] = runtimeImports(module, {
      memory: () => memory().buffer,
      clockNs: () => {
        this.#now += CLOCK_STEP_NS;
        return this.#now;
      },
      random: (bytes) => {
        for (let index = 0; index < bytes.length; index++) bytes[index] = this.#randomByte();
      },
      write: (_output, bytes) => {
        this.output += Buffer.from(bytes).toString();
      },
    });
    return imports;
  }

  /** xorshift32. Nothing secret may come of it: whoever restores the image gives the runtime other numbers. */
  #randomByte(): number {
    this.#random ^= this.#random << 13;
    this.#random ^= this.#random >>> 17;
    this.#random ^= this.#random << 5;
    return this.#random & 0xff;
  }
}
