import { StaticComponentError } from "./errors.ts";
import type { HttpContext } from "./http/context.ts";
import { httpImports } from "./http/wasi-http.ts";
import type { OutgoingFetch, StaticHostCalls } from "./types.ts";
import { monotonicNs } from "./waiting.ts";
import { InputStream, IoError, LogLines, OutputStream, Pollable, poll } from "./wasi-io.ts";
import { socketsImports } from "./wasi-sockets.ts";

/**
 * WASI 0.2 for one instance of a static component, under the names that jco's glue asks for (without versions).
 *
 * The component gets clocks, random bytes, the environment that it is given, an input at its end, two outputs that go to
 * the tenant's log, and HTTP by the host's fetch. It gets no file, no socket and nothing of the host's process, and
 * wasi:cli/exit ends only its request.
 *
 * preview2-shim is not used. On Node it reads and waits in a thread of its own, which blocks the calling one. Both its
 * variants keep clocks, environment and outputs per process, but each tenant needs its own.
 */
export interface Wasi {
  imports: Record<string, object>;
  /** Logs the last lines of the outputs that have no line feed. */
  endOutput(): void;
  /** The last text of standard error, where language runtimes say why they abort. */
  latestError(): string;
}

/** The most random bytes that one call gives: a component must not make the host allocate any number. */
const mostRandomBytes = 1 << 20;

/**
 * @param environment the environment's variables
 * @param outgoing `fetch` makes the requests of `wasi:http/outgoing-handler`
 * @param end ends the request with the error of an import that may suspend the stack. The import cannot throw it, because
 *   jco's glue never settles a call whose suspended import rejects. The promise that `end` returns stays pending.
 */
export function createWasi(
  calls: StaticHostCalls,
  environment: Readonly<Record<string, string>>,
  outgoing: { http: HttpContext; fetch: OutgoingFetch },
  end: (reason: unknown) => Promise<never>,
): Wasi {
  const out = new LogLines(calls, "info");
  const err = new LogLines(calls, "error");

  const bytes = (length: bigint): Uint8Array => {
    if (length > mostRandomBytes)
      throw new StaticComponentError(
        "trap",
        `${length} random bytes asked for at once; the most is ${mostRandomBytes}.`,
      );
    const filled = new Uint8Array(Number(length));
    calls.random(filled);
    return filled;
  };
  const u64 = (): bigint => new BigUint64Array(bytes(8n).buffer)[0]!;
  const nothing = (): undefined => undefined;
  const config = {
    get: (name: string) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
    getAll: () => Object.entries(environment),
  };

  const imports: Record<string, object> = {
    "wasi:cli/environment": {
      getEnvironment: () => Object.entries(environment),
      getArguments: () => [],
      initialCwd: nothing,
    },
    "wasi:cli/exit": {
      exit: (result: { tag: "ok" | "err" }) => exit(result.tag === "ok" ? 0 : 1),
      exitWithCode: exit,
    },
    "wasi:cli/stdin": { getStdin: () => new InputStream(calls) },
    "wasi:cli/stdout": { getStdout: () => new OutputStream(calls, out) },
    "wasi:cli/stderr": { getStderr: () => new OutputStream(calls, err) },
    "wasi:cli/terminal-input": { TerminalInput: class TerminalInput {} },
    "wasi:cli/terminal-output": { TerminalOutput: class TerminalOutput {} },
    "wasi:cli/terminal-stdin": { getTerminalStdin: nothing },
    "wasi:cli/terminal-stdout": { getTerminalStdout: nothing },
    "wasi:cli/terminal-stderr": { getTerminalStderr: nothing },
    "wasi:config/runtime": config,
    "wasi:config/store": config,
    "wasi:clocks/monotonic-clock": {
      now: () => monotonicNs(calls),
      resolution: () => 1_000n,
      subscribeInstant: (instant: bigint) => new Pollable(calls, instant),
      subscribeDuration: (duration: bigint) => new Pollable(calls, monotonicNs(calls) + duration),
    },
    "wasi:clocks/wall-clock": {
      now: () => {
        const ms = calls.now();
        const seconds = Math.floor(ms / 1000);
        return { seconds: BigInt(seconds), nanoseconds: Math.floor((ms - seconds * 1000) * 1e6) };
      },
      resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
    },
    "wasi:filesystem/preopens": { getDirectories: () => [] },
    // A descriptor comes from a preopened directory. There is none, so no method of these can be called.
    "wasi:filesystem/types": {
      Descriptor: class Descriptor {},
      DirectoryEntryStream: class DirectoryEntryStream {},
      filesystemErrorCode: nothing,
    },
    "wasi:io/error": { Error: IoError },
    "wasi:io/poll": {
      Pollable,
      poll: (pollables: Pollable[]) =>
        pollables.length > 0
          ? poll(calls, pollables)
          : end(new StaticComponentError("trap", "wasi:io/poll.poll was called with an empty list.")),
    },
    "wasi:io/streams": { InputStream, OutputStream },
    ...httpImports(outgoing.http, outgoing.fetch),
    ...socketsImports(),
    "wasi:random/random": { getRandomBytes: bytes, getRandomU64: u64 },
    "wasi:random/insecure": { getInsecureRandomBytes: bytes, getInsecureRandomU64: u64 },
    "wasi:random/insecure-seed": { insecureSeed: () => [u64(), u64()] },
  };

  return {
    imports,
    endOutput() {
      out.end();
      err.end();
    },
    latestError: () => err.latest,
  };
}

function exit(status: number): never {
  throw new StaticComponentError("exit", `The component called exit(${status}) before it answered.`, { status });
}
