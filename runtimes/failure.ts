/** Why a program's code failed while it served a request: the part of `Language` behind the error page of `plinth dev`. */

/** The contents of a report that the runtime has written to the log. */
export interface Failure {
  /** The reason, without the frames of the stack. */
  readonly reason: string;
  /** The calls that led to the failure, the innermost first; those of the runtime may be missing. */
  readonly frames: readonly Frame[];
}

/** A place in a source, counted from one. */
export interface Frame {
  /** The file's path: absolute, or from the project's folder or its source's. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** Reads frames of stacks that name one place a line. @param pattern of a line, with groups `file`, `line`, `column` */
export function framesOf(report: string, pattern: RegExp): Frame[] {
  return report.split("\n").flatMap((text) => {
    const { file, line, column } = pattern.exec(text)?.groups ?? {};
    if (file === undefined || line === undefined) return [];
    return [{ file, line: Number(line), ...(column === undefined ? {} : { column: Number(column) }) }];
  });
}
