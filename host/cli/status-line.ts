/**
 * A line at the bottom of a terminal that shows the present activity. It goes when the activity ends. Without a terminal,
 * nothing is shown.
 */
import type { TextStream } from "./output.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** ms between two frames. */
const FRAME_MS = 80;
/** Goes back to the line's beginning and clears the line. */
const CLEAR = "\r\x1b[2K";

export class StatusLine {
  readonly #stream: TextStream;
  readonly #active: boolean;
  #text = "";
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param active whether the line is shown; if not, all calls do nothing */
  constructor(stream: TextStream, active: boolean) {
    this.#stream = stream;
    this.#active = active;
  }

  /** Shows an activity from now on. */
  set(text: string): void {
    if (!this.#active) return;
    this.#text = text;
    this.#draw();
    this.#timer ??= setInterval(() => {
      this.#frame = (this.#frame + 1) % frames.length;
      this.#draw();
    }, FRAME_MS).unref();
  }

  /** Removes the line, because the activity has ended. */
  clear(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write(CLEAR);
  }

  /** Lets `write` write above the line, which is removed meanwhile. */
  aside(write: () => void): void {
    const shown = this.#timer !== undefined;
    if (shown) this.#stream.write(CLEAR);
    write();
    if (shown) this.#draw();
  }

  #draw(): void {
    this.#stream.write(`${CLEAR}${frames[this.#frame]} ${this.#text}`);
  }
}
