import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Failure, framesOf } from "../../failure.ts";
import { goModuleOf } from "./module-folder.ts";

const FRAME = /^\t(?<file>.+?):(?<line>[0-9]+)(?: \+0x[0-9a-f]+)?$/;

/** Reads a panic and the stack of its goroutine. A path begins with its module's, which tells the program's own files. */
export function readFailure(report: string, source: string): Failure {
  const end = report.search(/\n\s*goroutine [0-9]+ /);
  const reason = (end === -1 ? report : report.slice(0, end)).trimEnd();
  const folder = goModuleOf(source);
  if (folder === undefined) return { reason, frames: [] };
  const prefix = `${moduleName(folder)}/`;
  const own = framesOf(report, FRAME).filter(({ file }) => file.startsWith(prefix));
  return { reason, frames: own.map((frame) => ({ ...frame, file: join(folder, frame.file.slice(prefix.length)) })) };
}

function moduleName(folder: string): string {
  return /^\s*module\s+"?([^\s"]+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1] ?? "";
}
