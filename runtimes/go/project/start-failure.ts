import type { LogLine } from "../../../host/protocol/log-line.ts";
import type { StartReport } from "../../language.ts";

/** Finds the text that Go wrote to standard error when it gave up, up to the stacks. */
export function startFailure(logs: readonly LogLine[]): StartReport | undefined {
  const isError = ({ level, source }: LogLine) => level === "error" && source === "output";
  let at = logs.findLastIndex((line) => isError(line) && /^(panic|fatal error): /.test(line.message));
  // The program may have left its last line without an end.
  if (at === -1) at = logs.findLastIndex((line) => isError(line) && /(panic|fatal error): /.test(line.message));
  if (at === -1) return undefined;
  const line = logs[at]!.message;
  const start = line.search(/(panic|fatal error): /);
  const more = logs.slice(at + 1).filter(isError);
  const end = more.findIndex(({ message }) => !message.startsWith("\t"));
  const lines = [line.slice(start), ...more.slice(0, end === -1 ? undefined : end).map(({ message }) => message)];
  const earlier = logs.slice(0, at).findLast(({ message }) => message.trim() !== "");
  return { reason: lines.join("\n"), before: start > 0 ? line.slice(0, start) : (earlier?.message ?? "") };
}
