/** Frames of a stack as objects, for `Error.prepareStackTrace` of V8. */

const located = /^ *at (?:(.*) \()?(.*?):(\d+):(\d+)\)?$/;
const native = /^ *at (.*) \(native\)$/;

export class CallSite {
  readonly #text: string;
  readonly #name: string | null;
  readonly #file: string | null;
  readonly #line: number | null;
  readonly #column: number | null;

  /** @param line a frame as the engine writes it: "    at name (file:line:column)" */
  constructor(line: string) {
    this.#text = line.replace(/^ *at /, "");
    const [, name, file, lineNumber, column] = located.exec(line) ?? native.exec(line) ?? [];
    this.#name = name === undefined || name === "<anonymous>" ? null : name;
    this.#file = file ?? null;
    this.#line = lineNumber === undefined ? null : Number(lineNumber);
    this.#column = column === undefined ? null : Number(column);
  }

  getFunctionName(): string | null {
    return this.#name;
  }
  getMethodName(): string | null {
    return this.#name;
  }
  getFileName(): string | null {
    return this.#file;
  }
  getScriptNameOrSourceURL(): string | null {
    return this.#file;
  }
  getLineNumber(): number | null {
    return this.#line;
  }
  getColumnNumber(): number | null {
    return this.#column;
  }
  isNative(): boolean {
    return this.#file === null;
  }
  getThis(): undefined {}
  getFunction(): undefined {}
  getEvalOrigin(): undefined {}
  getTypeName(): string | null {
    return null;
  }
  getPromiseIndex(): number | null {
    return null;
  }
  isToplevel(): boolean {
    return false;
  }
  isEval(): boolean {
    return false;
  }
  isConstructor(): boolean {
    return false;
  }
  isAsync(): boolean {
    return false;
  }
  isPromiseAll(): boolean {
    return false;
  }
  toString(): string {
    return this.#text;
  }
}
