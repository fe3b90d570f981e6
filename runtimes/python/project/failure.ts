import { type Failure, framesOf } from "../../failure.ts";

const FRAME = /^ {2}File "(?<file>[^"<]+)", line (?<line>[0-9]+)/;
/** The end of a traceback: the exception's type and message, which may have several lines. */
const END = /^(?=[A-Za-z_])[\w.]+(?::|$)/;

/** Reads the last traceback of a report. Python writes the innermost call last. */
export function readFailure(report: string): Failure {
  const last = report.slice(Math.max(0, report.lastIndexOf("Traceback (most recent call last):")));
  const lines = last.split("\n");
  const end = lines.findIndex((line, at) => at > 0 && END.test(line));
  const reason = end === -1 ? last : lines.slice(end).join("\n").trimEnd();
  return { reason, frames: framesOf(last, FRAME).reverse() };
}
