/** WASI preview 1 for the Go runtime while its image is made. It shows nothing of the outside world. */
import { PREVIEW1 } from "../../host/wasi/preview1.ts";
import { runtimeImports } from "../../host/wasi/runtime-imports.ts";

const CLOCK_STEP_NS = 1000n;

/**
 * The clock begins at the epoch and moves by a microsecond at each reading. The random numbers are the same every time. So
 * an image is the same on every machine.
 */
export class StartupWasi {
  /** All text that was written to stdout and stderr. */
  output = "";
  #now = 0n;
  #random = 0x9e3779b9;

  /** Makes a function for each import of a module. */
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

  /** xorshift32. Its numbers are no secret, because the restored image gets other random numbers. */
  #randomByte(): number {
    this.#random ^= this.#random << 13;
    this.#random ^= this.#random >>> 17;
    this.#random ^= this.#random << 5;
    return this.#random & 0xff;
  }
}
