import { type Failure, framesOf } from "../../failure.ts";

const FRAME = /^ +at (?:.* \()?(?<file>[^()]+?):(?<line>[0-9]+):(?<column>[0-9]+)\)?$/;

/** Reads an error's message and stack, with the places of the sources. */
export function readFailure(report: string): Failure {
  const end = report.search(/\n +at /);
  return { reason: end === -1 ? report : report.slice(0, end), frames: framesOf(report, FRAME) };
}
