/** A console that writes lines to the tenant's log, through standard output and standard error. */
import { getStderr } from "wasi:cli/stderr@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { TextEncoder } from "./text.js";

const encoder = new TextEncoder();

function logger(getStream) {
  return (...values) => {
    const line = values
      .map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))))
      .join(" ");
    const bytes = encoder.encode(`${line}\n`);
    const stream = getStream();
    // WASI lets one call write no more than this.
    for (let at = 0; at < bytes.length; at += 4096) stream.blockingWriteAndFlush(bytes.slice(at, at + 4096));
    stream[Symbol.dispose]();
  };
}
const toStdout = logger(getStdout);
const toStderr = logger(getStderr);
export const console = { log: toStdout, info: toStdout, debug: toStdout, warn: toStderr, error: toStderr };
