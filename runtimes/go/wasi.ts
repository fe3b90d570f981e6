/** WASI preview 1 as far as the Go runtime needs it to start up, with nothing of the outside world in it. */

const ERRNO_SUCCESS = 0;
const ERRNO_BADF = 8;
const ERRNO_NOSYS = 52;

const CLOCK_STEP_NS = 1000n;

/**
 * A clock that begins at the epoch and moves by a microsecond each time it is read, random numbers that are the same every
 * time, no arguments, no environment, no files but the standard streams. An image made with it is the same on every machine.
 */
export class StartupWasi {
  /** What was written to stdout and stderr. */
  output = "";
  #memory: WebAssembly.Memory | undefined;
  #now = 0n;
  #random = 0x9e3779b9;

  setMemory(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** One function for each that a module imports; what is not answered here is ENOSYS. */
  imports(module: WebAssembly.Module): WebAssembly.Imports {
    const known = this.#functions();
    const imports: Record<string, Record<string, (...values: never[]) => number>> = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== "function") continue;
      imports[from] ??= {};
      imports[from][name] =
        from === "wasi_snapshot_preview1"
          ? (known[name] ?? (() => ERRNO_NOSYS))
          : () => {
              throw new Error(`the Go runtime calls ${from}.${name} while it starts up`);
            };
    }
    return imports;
  }

  #functions(): Record<string, (...values: never[]) => number> {
    const view = () => new DataView(this.#memory!.buffer);
    const nothing = (count: number, bytes: number) => {
      view().setUint32(count, 0, true);
      view().setUint32(bytes, 0, true);
      return ERRNO_SUCCESS;
    };
    return {
      args_sizes_get: nothing,
      args_get: () => ERRNO_SUCCESS,
      environ_sizes_get: nothing,
      environ_get: () => ERRNO_SUCCESS,
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        this.#now += CLOCK_STEP_NS;
        view().setBigUint64(at, this.#now, true);
        return ERRNO_SUCCESS;
      },
      random_get: (at: number, length: number) => {
        const bytes = new Uint8Array(this.#memory!.buffer, at, length);
        for (let index = 0; index < length; index++) bytes[index] = this.#randomByte();
        return ERRNO_SUCCESS;
      },
      fd_write: (_fd: number, vectors: number, count: number, written: number) => {
        let total = 0;
        for (let index = 0; index < count; index++) {
          const [at, length] = [0, 4].map((offset) => view().getUint32(vectors + 8 * index + offset, true));
          this.output += Buffer.from(this.#memory!.buffer, at, length).toString();
          total += length!;
        }
        view().setUint32(written, total, true);
        return ERRNO_SUCCESS;
      },
      // The standard streams are character devices with all rights; there is nothing else.
      fd_fdstat_get: (fd: number, at: number) => {
        if (fd > 2) return ERRNO_BADF;
        new Uint8Array(this.#memory!.buffer, at, 24).fill(0);
        view().setUint8(at, 2);
        view().setBigUint64(at + 8, 0x1fff_ffffn, true);
        return ERRNO_SUCCESS;
      },
      fd_fdstat_set_flags: (fd: number) => (fd > 2 ? ERRNO_BADF : ERRNO_SUCCESS),
      fd_prestat_get: () => ERRNO_BADF,
      sched_yield: () => ERRNO_SUCCESS,
      proc_exit: (code: number) => {
        throw new Error(`the Go runtime has ended with status ${code}: ${this.output}`);
      },
    };
  }

  /** xorshift32. Nothing secret may come of it: whoever restores the image gives the runtime other numbers. */
  #randomByte(): number {
    this.#random ^= this.#random << 13;
    this.#random ^= this.#random >>> 17;
    this.#random ^= this.#random << 5;
    return this.#random & 0xff;
  }
}
