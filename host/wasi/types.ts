import type { StaticHostCalls } from "../component/static/types.ts";

/** The parts of the host that a command can reach; random bytes come from the WASI library. */
export type WasiCalls = Omit<StaticHostCalls, "random" | "until" | "bodyBytes">;

/** The input of a command. */
export interface WasiInput {
  /** The first is the program's name. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  stdin: Uint8Array;
}

/** The result of a command that ended by itself. */
export interface WasiResult {
  /** The exit code; 0 if the command returned from `_start`. */
  exitCode: number;
  stdout: Uint8Array;
}
