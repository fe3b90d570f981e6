/**
 * The functions of preview 1 that are not left to @wasmer/wasi 1.2.2, and why:
 * - `fd_write` to standard output and error: the library would keep all output in its memory until the command ends;
 * - `poll_oneoff`: the library traps where it should sleep; the host suspends the command's stack;
 * - `clock_time_get`, `clock_res_get`: the library has milliseconds of the system's clock for every clock;
 * - `proc_exit`, `proc_raise`: an exception of the host, known by its class, ends the command;
 * - `sock_*`: `sock_accept`, which Go imports with net, is missing in the library; a command has no sockets;
 * - `sched_yield`: a command has no other thread.
 *
 * Directories are the library's, by way of root-directory.ts.
 */
import { clockNs } from "./clocks.ts";
import { pollOneoff } from "./poll.ts";
import { CLOCK, ERRNO, type Preview1 } from "./preview1.ts";
import type { WasiCalls } from "./types.ts";
import { vectors } from "./vectors.ts";

/** Thrown by `proc_exit`. */
export class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** Takes the bytes of a standard stream: a view of the command's memory. */
export interface Sink {
  write(bytes: Uint8Array): void;
}

export interface WasiImportOptions {
  /** The library's functions. */
  library: Preview1;
  calls: WasiCalls;
  /** The command's memory; asked for when a function is called. */
  memory(): ArrayBuffer;
  stdout: Sink;
  stderr: Sink;
  /** Ends the request with an error while the command's stack is suspended. Its promise stays pending. */
  end(reason: unknown): Promise<never>;
}

/** Nanoseconds that `clock_res_get` gives: the resolution of `Date.now` and `performance.now`. */
const REALTIME_RESOLUTION = 1_000_000n;
const MONOTONIC_RESOLUTION = 1_000n;

/** The most bytes that a sink gets at once. */
const LARGEST_WRITE = 65_536;

export function wasiImports({
  library,
  calls,
  memory,
  stdout,
  stderr,
  end,
}: WasiImportOptions): Record<string, unknown> {
  const startedNs = clockNs(CLOCK.monotonic, calls, 0n)!;
  const view = () => new DataView(memory());
  // Descriptors that are unchanged since the start. A descriptor that the command closes or replaces is the library's.
  const sinks = new Map<number, Sink>([
    [1, stdout],
    [2, stderr],
  ]);
  const { fd_write, fd_close, fd_renumber } = library as Record<string, (...args: number[]) => number>;
  const notSupported = () => ERRNO.notsup;

  return {
    ...library,
    fd_write: (fd: number, list: number, count: number, writtenOut: number): number => {
      const sink = sinks.get(fd);
      if (sink === undefined) return fd_write!(fd, list, count, writtenOut);
      return inMemory(() => {
        let written = 0;
        for (const bytes of vectors(memory(), list, count)) {
          writeInPieces(sink, bytes);
          written += bytes.length;
        }
        view().setUint32(writtenOut >>> 0, written, true);
        return ERRNO.success;
      });
    },
    fd_close: (fd: number): number => {
      const error = fd_close!(fd);
      if (error === ERRNO.success) sinks.delete(fd);
      return error;
    },
    fd_renumber: (from: number, to: number): number => {
      const error = fd_renumber!(from, to);
      if (error !== ERRNO.success || from === to) return error;
      const sink = sinks.get(from);
      sinks.delete(from);
      if (sink === undefined) sinks.delete(to);
      else sinks.set(to, sink);
      return error;
    },
    clock_time_get: (id: number, _precision: bigint, out: number): number => {
      const ns = clockNs(id, calls, startedNs);
      if (ns === undefined) return ERRNO.inval;
      return inMemory(() => {
        view().setBigUint64(out >>> 0, ns, true);
        return ERRNO.success;
      });
    },
    clock_res_get: (id: number, out: number): number => {
      if (clockNs(id, calls, startedNs) === undefined) return ERRNO.inval;
      return inMemory(() => {
        view().setBigUint64(out >>> 0, id === CLOCK.realtime ? REALTIME_RESOLUTION : MONOTONIC_RESOLUTION, true);
        return ERRNO.success;
      });
    },
    poll_oneoff: new WebAssembly.Suspending((input: number, output: number, count: number, countOut: number) => {
      try {
        const answer = inMemory(() =>
          pollOneoff(view, calls, startedNs, [input >>> 0, output >>> 0, count >>> 0, countOut >>> 0]),
        );
        return typeof answer === "number" ? answer : answer.catch(faultOr(end));
      } catch (error) {
        return end(error);
      }
    }),
    proc_exit: (code: number): never => {
      throw new Exit(code >>> 0);
    },
    proc_raise: (signal: number): never => {
      // The code with which a shell reports a process that a signal has ended.
      throw new Exit(128 + (signal & 0x7f));
    },
    sched_yield: () => ERRNO.success,
    sock_accept: notSupported,
    sock_recv: notSupported,
    sock_send: notSupported,
    sock_shutdown: notSupported,
  };
}

/**
 * Runs an access to the memory. A pointer that leads out of it is the command's mistake, for which WASI has an error
 * number.
 */
function inMemory<T>(access: () => T): T | number {
  try {
    return access();
  } catch (error) {
    if (error instanceof RangeError) return ERRNO.fault;
    throw error;
  }
}

function faultOr(end: (reason: unknown) => Promise<never>) {
  return (error: unknown): number | Promise<never> => (error instanceof RangeError ? ERRNO.fault : end(error));
}

function writeInPieces(sink: Sink, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; from += LARGEST_WRITE) sink.write(bytes.subarray(from, from + LARGEST_WRITE));
}
