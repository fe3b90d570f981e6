/** Where commands write: results to standard output, all else to standard error, each as text for people or as JSON for programs. */
import { styleText } from "node:util";
import { ApiError } from "./api-error.ts";
import { describeError } from "./describe-error.ts";

/** A stream that may be a terminal. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Results and errors as one JSON value each, on one line. */
  readonly json: boolean;
  /** From the environment's NO_COLOR (no-color.org): any value but the empty one turns colours off. */
  readonly noColor: boolean;
}

type Style = "red" | "yellow" | "dim" | "bold";

export class Output {
  readonly json: boolean;
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.#options = options;
  }

  /**
   * The command's result.
   *
   * @param value what `--json` prints
   * @param text what a person reads; only called without `--json`
   */
  result(value: unknown, text: () => string): void {
    const line = this.json ? JSON.stringify(value) : text();
    if (line !== "") this.#options.stdout.write(`${line}\n`);
  }

  /** Something worth knowing that is no error. A program that asked for JSON finds it in the result instead. */
  warn(text: string): void {
    if (!this.json) this.#options.stderr.write(`${this.#style(this.#options.stderr, "yellow", "warning:")} ${text}\n`);
  }

  /** What is being done while it takes long. Programs, which asked for JSON, are told only how it ended. */
  progress(text: string): void {
    if (!this.json) this.#options.stderr.write(`${this.#style(this.#options.stderr, "dim", text)}\n`);
  }

  error(error: unknown): void {
    const { code, message, details, unexpected } = describeError(error);
    if (this.json) {
      this.#options.stderr.write(`${JSON.stringify({ error: { code, message, ...details } })}\n`);
      return;
    }
    const word = this.#style(this.#options.stderr, "red", "error");
    this.#options.stderr.write(`${word} ${code}: ${message}\n`);
    // Only a fault of Plinth's own is worth a stack: for all others the sentence says it.
    if (unexpected && error instanceof Error && !(error instanceof ApiError)) {
      this.#options.stderr.write(`${error.stack ?? ""}\n`);
    }
  }

  /** For standard output; the text as it is where that is no terminal. */
  style(style: Style, text: string): string {
    return this.#style(this.#options.stdout, style, text);
  }

  #style(stream: TextStream, style: Style, text: string): string {
    if (stream.isTTY !== true || this.#options.noColor) return text;
    return styleText(style, text, { validateStream: false });
  }
}
