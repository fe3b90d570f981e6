/** Asks before something is deleted for good. */
import { createInterface } from "node:readline/promises";
import { plinthError } from "../errors.ts";

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks on standard error for the name of the thing that is deleted.
 *
 * @param what the thing that is lost: "the tenant shop with all its versions and data"
 * @param name the name that has to be typed, because a "y" would be typed by habit
 * @throws PLINTH_USAGE if nobody can answer, PLINTH_NOT_CONFIRMED at any other answer
 */
export async function confirm(
  what: string,
  name: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (input.isTTY !== true) {
    throw plinthError("PLINTH_USAGE", [`it would delete ${what}, and nobody is there to be asked: give --yes`]);
  }
  const lines = createInterface({ input, output, terminal: false });
  try {
    // The end of the input is no answer.
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = await Promise.race([lines.question(`This deletes ${what}. Type ${name} to go on: `), closed]);
    if (answer.trim() !== name) throw plinthError("PLINTH_NOT_CONFIRMED", [what]);
  } finally {
    lines.close();
  }
}
