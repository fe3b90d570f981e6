import type { StaticHostCalls } from "../component/static/types.ts";

/** What a command can reach of the host; random bytes come from the WASI library. */
export type WasiCalls = Omit<StaticHostCalls, "random" | "until" | "bodyBytes">;

/** What a command is started with. */
export interface WasiInput {
  /** The first is the program's name. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  stdin: Uint8Array;
}

/** What a command has left when it ended by itself. */
export interface WasiResult {
  /** 0 where it returned from `_start`. */
  exitCode: number;
  stdout: Uint8Array;
}
