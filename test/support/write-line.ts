import { writeSync } from "node:fs";

/**
 * Writes a line to standard output before it returns, from a process that may be killed at any moment: the parent gets the
 * whole line, whatever happens to the process after that.
 */
export function writeLine(text: string): void {
  for (;;) {
    try {
      writeSync(1, `${text}\n`);
      return;
    } catch (error) {
      // A thread's start makes the pipe non-blocking. It is full while a busy parent does not read.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
