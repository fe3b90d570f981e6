/**
 * One line at the bottom of a terminal that says what is being done, and goes when it is done. Nothing where there is no
 * terminal.
 */
import type { TextStream } from "./output.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** ms between two frames. */
const FRAME_MS = 80;
/** Back to the line's beginning, and clear it. */
const CLEAR = "\r\x1b[2K";

export class StatusLine {
  readonly #stream: TextStream;
  readonly #active: boolean;
  #text = "";
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param active false: all calls do nothing */
  constructor(stream: TextStream, active: boolean) {
    this.#stream = stream;
    this.#active = active;
  }

  /** The activity from now on. */
  set(text: string): void {
    if (!this.#active) return;
    this.#text = text;
    this.#draw();
    this.#timer ??= setInterval(() => {
      this.#frame = (this.#frame + 1) % frames.length;
      this.#draw();
    }, FRAME_MS).unref();
  }

  /** It is done. */
  clear(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write(CLEAR);
  }

  /** Writes above the line: the line is out of the way while `write` runs. */
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
