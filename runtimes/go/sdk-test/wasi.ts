/** The part of WASI preview 1 that a Go program on Plinth needs, for the tests of the SDK. */

export interface WasiHost {
  memory(): WebAssembly.Memory;
  /** Unix time and time since an origin of the host's choice, ns. */
  wallNanos(): bigint;
  monotonicNanos(): bigint;
  write(descriptor: number, text: string): void;
  /** "NAME=value" */
  environment(): readonly string[];
}

/** Thrown out of `proc_exit`. */
export class ProcessExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`proc_exit(${code})`);
    this.code = code;
  }
}

const errno = { success: 0, badf: 8, inval: 28, nosys: 52 } as const;

/** The import object's `wasi_snapshot_preview1`: what `functions` lists; everything else answers ENOSYS. */
export function wasiImports(host: WasiHost, names: Iterable<string>): Record<string, (...values: never[]) => unknown> {
  const view = () => new DataView(host.memory().buffer);
  const bytes = (at: number, length: number) => new Uint8Array(host.memory().buffer, at >>> 0, length);
  const decoder = new TextDecoder();
  const terminated = (entry: string) => new TextEncoder().encode(`${entry}\0`);
  const zeroPair = (first: number, second: number) => {
    view().setUint32(first, 0, true);
    view().setUint32(second, 0, true);
    return errno.success;
  };
  const functions: Record<string, (...values: never[]) => unknown> = {
    args_sizes_get: zeroPair,
    args_get: () => errno.success,
    environ_sizes_get: (count: number, size: number) => {
      const entries = host.environment().map(terminated);
      view().setUint32(count, entries.length, true);
      view().setUint32(
        size,
        entries.reduce((sum, entry) => sum + entry.length, 0),
        true,
      );
      return errno.success;
    },
    environ_get: (pointers: number, text: number) => {
      let at = text;
      for (const [i, entry] of host.environment().map(terminated).entries()) {
        view().setUint32(pointers + i * 4, at, true);
        bytes(at, entry.length).set(entry);
        at += entry.length;
      }
      return errno.success;
    },
    clock_time_get: (clock: number, _precision: bigint, at: number) => {
      view().setBigUint64(at, clock === 0 ? host.wallNanos() : host.monotonicNanos(), true);
      return errno.success;
    },
    random_get: (at: number, length: number) => {
      for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes(at + i, Math.min(65_536, length - i)));
      return errno.success;
    },
    fd_write: (descriptor: number, list: number, count: number, written: number) => {
      if (descriptor !== 1 && descriptor !== 2) return errno.badf;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const at = view().getUint32(list + i * 8, true);
        const length = view().getUint32(list + i * 8 + 4, true);
        host.write(descriptor, decoder.decode(bytes(at, length)));
        sum += length;
      }
      view().setUint32(written, sum, true);
      return errno.success;
    },
    fd_prestat_get: () => errno.badf,
    sched_yield: () => errno.success,
    /** One subscription to a clock, relative: what time.Sleep comes down to where a thread may wait. */
    poll_oneoff: (subscription: number, event: number, count: number, events: number) => {
      if (count !== 1 || view().getUint8(subscription + 8) !== 0) return errno.inval;
      const ns = view().getBigUint64(subscription + 24, true);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ns) / 1e6);
      bytes(event, 32).fill(0);
      view().setUint32(events, 1, true);
      return errno.success;
    },
    proc_exit: (code: number) => {
      throw new ProcessExit(code);
    },
  };
  return Object.fromEntries([...names].map((name) => [name, functions[name] ?? (() => errno.nosys)]));
}
