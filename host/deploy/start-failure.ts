/** Why a tenant's start-up failed, in the words of its program: from its log, and from what has ended it. */
import { type PlinthError, plinthError } from "../errors.ts";
import { type LogLine, shortened } from "../protocol/log-line.ts";

/** A start-up that has failed, with what the program has logged until then. */
export class StartFailure extends Error {
  readonly error: PlinthError;
  readonly logs: LogLine[];
  readonly logsDropped: number;

  constructor(error: PlinthError, { logs, logsDropped }: { logs: LogLine[]; logsDropped: number }) {
    super(error.message, { cause: error });
    this.error = error;
    this.logs = logs;
    this.logsDropped = logsDropped;
  }
}

/** Most characters of an error message that are the program's: the log has the whole. */
const REASON_LENGTH = 1_000;
const LAST_WORDS_LENGTH = 300;

/** @param trap what the call of the start-up code threw */
export function startFailed(logs: readonly LogLine[], trap: unknown): PlinthError {
  const { reason, before } = saidBy(logs, trap);
  const words = before.trim();
  const quoted = words === "" ? "" : `, after it had written ${JSON.stringify(shortened(words, LAST_WORDS_LENGTH))}`;
  const text = shortened(withoutFrames(reason), REASON_LENGTH);
  return plinthError("PLINTH_TENANT_START_FAILED", [text + quoted], { cause: trap });
}

/** `before`: what was written just before the reason: `log.Fatal` is words, and then an exit that does not have them. */
function saidBy(logs: readonly LogLine[], trap: unknown): { reason: string; before: string } {
  const report = goReport(logs);
  if (report !== null) return report;
  const message = trap instanceof Error ? trap.message : String(trap);
  // V8 has ended it, and not the program itself, which knows nothing of it.
  if (trap instanceof RangeError) return { reason: message, before: logs.at(-1)?.message ?? "" };
  const failures = logs.filter(({ level }) => level === "error");
  // JavaScript's last entry is the exception; standard error comes a line at a time, and begins with what matters.
  const last = failures.at(-1);
  const said = last?.source === "output" ? failures.find(({ source }) => source === "output") : last;
  return { reason: said?.message ?? message, before: "" };
}

/** What Go writes to standard error when it gives up, up to the stacks. */
function goReport(logs: readonly LogLine[]): { reason: string; before: string } | null {
  const isError = ({ level, source }: LogLine) => level === "error" && source === "output";
  let at = logs.findLastIndex((line) => isError(line) && /^(panic|fatal error): /.test(line.message));
  // The program has left a line without its end.
  if (at === -1) at = logs.findLastIndex((line) => isError(line) && /(panic|fatal error): /.test(line.message));
  if (at === -1) return null;
  const line = logs[at]!.message;
  const start = line.search(/(panic|fatal error): /);
  const more = logs.slice(at + 1).filter(isError);
  const end = more.findIndex(({ message }) => !message.startsWith("\t"));
  const lines = [line.slice(start), ...more.slice(0, end === -1 ? undefined : end).map(({ message }) => message)];
  const earlier = logs.slice(0, at).findLast(({ message }) => message.trim() !== "");
  return { reason: lines.join("\n"), before: start > 0 ? line.slice(0, start) : (earlier?.message ?? "") };
}

function withoutFrames(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n");
}
