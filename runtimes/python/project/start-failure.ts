import type { LogLine } from "../../../host/protocol/log-line.ts";
import type { StartReport } from "../../language.ts";

/** Finds the last line of the traceback that the runtime wrote, and the place in the program that it names. */
export function startFailure(logs: readonly LogLine[]): StartReport | undefined {
  const isError = ({ level, source }: LogLine) => level === "error" && source === "output";
  const lines = logs.filter(isError).flatMap(({ message }) => message.split("\n"));
  const reason = lines.findLast((line) => /^[A-Za-z_][\w.]*(:|$)/.test(line));
  if (reason === undefined) return undefined;
  const place = lines
    .map((line) => /^ {2}File "([^"<]+)", line ([0-9]+)/.exec(line))
    .findLast((match) => match !== null);
  const earlier = logs.findLast((line) => !isError(line) && line.message.trim() !== "");
  return { reason: place == null ? reason : `${place[1]}:${place[2]}: ${reason}`, before: earlier?.message ?? "" };
}
