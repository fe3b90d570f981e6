/** Says why a tenant's start-up failed, in the program's words: by its log and the error that ended it. */
import type { Language, StartReport } from "../../runtimes/language.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import { type LogLine, shortened } from "../protocol/log-line.ts";

/** A start-up that has failed, with the program's log until then. */
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

/** The most characters of a program's words in an error message. The log has all of them. */
const REASON_LENGTH = 1_000;
const LAST_WORDS_LENGTH = 300;

/**
 * @param trap what the call of the start-up code threw
 * @param language the program's language, if the host knows it: a language reads its own reports
 */
export function startFailed(logs: readonly LogLine[], trap: unknown, language: Language | undefined): PlinthError {
  const { reason, before } = language?.startFailure?.(logs) ?? saidBy(logs, trap);
  const words = before.trim();
  const quoted = words === "" ? "" : `, after it had written ${JSON.stringify(shortened(words, LAST_WORDS_LENGTH))}`;
  const text = shortened(withoutFrames(reason), REASON_LENGTH);
  return plinthError("PLINTH_TENANT_START_FAILED", [text + quoted], { cause: trap });
}

/** The reason for any program: the errors in its log, or else the engine's message of the trap. */
function saidBy(logs: readonly LogLine[], trap: unknown): StartReport {
  const message = trap instanceof Error ? trap.message : String(trap);
  // V8 has ended the start-up. The program knows nothing of this, so its log has no reason.
  if (trap instanceof RangeError) return { reason: message, before: logs.at(-1)?.message ?? "" };
  const failures = logs.filter(({ level }) => level === "error");
  // A logged error is an entry, and the exception is the last one. Standard error comes a line at a time, and its first
  // line says most.
  const last = failures.at(-1);
  const said = last?.source === "output" ? failures.find(({ source }) => source === "output") : last;
  return { reason: said?.message ?? message, before: "" };
}

function withoutFrames(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n");
}
