/**
 * The output of commands. Results go to standard output and all else to standard error, as text for people or as JSON for
 * programs.
 */
import { styleText } from "node:util";
import { ApiError } from "./api-error.ts";
import { describeError } from "./describe-error.ts";
import { StatusLine } from "./status-line.ts";

/** A stream that may be a terminal. */
export interface TextStream {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Results and errors as one JSON value each, on one line. */
  readonly json: boolean;
  /** Whether colours are off, by the variable NO_COLOR (no-color.org): any value but the empty one. */
  readonly noColor: boolean;
}

type Style = "red" | "yellow" | "green" | "dim" | "bold";

export class Output {
  readonly json: boolean;
  readonly #options: OutputOptions;
  readonly #status: StatusLine;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.#options = options;
    this.#status = new StatusLine(options.stderr, !options.json && options.stderr.isTTY === true);
  }

  /**
   * Prints the command's result, or one of several.
   *
   * @param value what `--json` prints
   * @param text makes the text for a person; it is only called without `--json`
   */
  result(value: unknown, text: () => string): void {
    const line = this.json ? JSON.stringify(value) : text();
    if (line !== "") this.#status.aside(() => this.#options.stdout.write(`${line}\n`));
  }

  /** Prints a warning. A program that asked for JSON finds its content in the result instead. */
  warn(text: string): void {
    if (!this.json) this.#note(`${this.#style(this.#options.stderr, "yellow", "warning:")} ${text}`);
  }

  /** Shows the present activity. A program that asked for JSON is only told the result. */
  progress(text: string): void {
    if (!this.json) this.#note(this.#style(this.#options.stderr, "dim", text));
  }

  /** Shows the present activity on a terminal, and only there, until `work` ends; `update` changes it. */
  async busy<Result>(text: string, work: (update: (text: string) => void) => Promise<Result>): Promise<Result> {
    this.#status.set(text);
    try {
      return await work((next) => this.#status.set(next));
    } finally {
      this.#status.clear();
    }
  }

  error(error: unknown): void {
    const { code, message, details, unexpected } = describeError(error);
    if (this.json) {
      this.#note(JSON.stringify({ error: { code, message, ...details } }));
      return;
    }
    const word = this.#style(this.#options.stderr, "red", "error");
    this.#note(`${word} ${code}: ${message}`);
    // Only a fault of Plinth's own needs a stack. The sentences of other errors say enough.
    if (unexpected && error instanceof Error && !(error instanceof ApiError)) {
      this.#note(error.stack ?? "");
    }
  }

  /** Colours a text for standard output. If that is no terminal, the text stays as it is. */
  style(style: Style, text: string): string {
    return this.#style(this.#options.stdout, style, text);
  }

  #note(line: string): void {
    this.#status.aside(() => this.#options.stderr.write(`${line}\n`));
  }

  #style(stream: TextStream, style: Style, text: string): string {
    if (stream.isTTY !== true || this.#options.noColor) return text;
    return styleText(style, text, { validateStream: false });
  }
}
