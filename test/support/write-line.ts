import { writeSync } from "node:fs";

/**
 * Writes a line to standard output before it returns. The process may be killed at any moment after that, and its parent
 * still gets the whole line.
 */
export function writeLine(text: string): void {
  for (;;) {
    try {
      writeSync(1, `${text}\n`);
      return;
    } catch (error) {
      // A thread's start makes the pipe non-blocking. The pipe is full while a busy parent does not read.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
