/** Compiles a program's text to the instructions of runtime.wat, which describes their form. */

/** Operations in the order of their numbers. The first one pushes a number, and the last one takes a text. */
const operations = [
  "number",
  "+",
  "-",
  "*",
  "/",
  "dup",
  "drop",
  "swap",
  "get",
  "set",
  ".",
  "say",
  "uri",
  "fail",
] as const;

interface Instruction {
  readonly operation: (typeof operations)[number];
  readonly line: number;
  readonly operand: number | string;
}

export interface Compiled {
  readonly program: Uint8Array<ArrayBuffer>;
  /** Sizes of the program's instructions and texts, bytes. */
  readonly sizes: { readonly code: number; readonly texts: number };
  /** Number of times that each word occurs in the program. */
  readonly words: ReadonlyMap<string, number>;
}

/** A mistake in a program, with its line. */
export class MistakeInProgram extends Error {
  readonly line: number;

  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}

const token = /\\.*|"(?:[^"\\]|\\.)*"|\S+/g;

/**
 * @param defined numbers by the words that stand for them
 * @throws MistakeInProgram
 */
export function compile(source: string, defined: ReadonlyMap<string, number> = new Map()): Compiled {
  const parts = { start: [] as Instruction[], request: [] as Instruction[] };
  const words = new Map<string, number>();
  let part: Instruction[] | undefined;
  for (const [index, text] of source.split("\n").entries()) {
    const line = index + 1;
    const tokens = text.match(token)?.filter((word) => !word.startsWith("\\")) ?? [];
    for (let at = 0; at < tokens.length; at++) {
      const word = tokens[at]!;
      if (word === "start" || word === "request") {
        part = parts[word];
        continue;
      }
      if (part === undefined) throw new MistakeInProgram(line, `${word} stands before start and request`);
      const takesText = word === "say" || word === "fail";
      part.push({ line, ...meaningOf(word, line, defined, takesText ? tokens[++at] : undefined) });
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return { ...written(parts.start, parts.request), words };
}

function meaningOf(
  word: string,
  line: number,
  defined: ReadonlyMap<string, number>,
  text: string | undefined,
): Pick<Instruction, "operation" | "operand"> {
  const operand = /^-?[0-9]{1,9}$/.test(word) ? Number(word) : defined.get(word);
  if (operand !== undefined) return { operation: "number", operand };
  const operation = operations.find((known) => known === word && known !== "number");
  if (operation === undefined) throw new MistakeInProgram(line, `there is no word ${word}`);
  if (operation !== "say" && operation !== "fail") return { operation, operand: 0 };
  if (text === undefined || !/^".*"$/.test(text)) throw new MistakeInProgram(line, `${word} needs a text in quotes`);
  try {
    return { operation, operand: JSON.parse(text) as string };
  } catch {
    throw new MistakeInProgram(line, `${text} is not a text as JSON has them`);
  }
}

function written(start: readonly Instruction[], request: readonly Instruction[]): Omit<Compiled, "words"> {
  const instructions = [...start, ...request];
  const textsAt = 8 + instructions.length * 8;
  const code = Buffer.alloc(textsAt);
  code.writeUInt32LE(start.length, 0);
  code.writeUInt32LE(request.length, 4);
  const texts: Buffer[] = [];
  let textBytes = 0;
  for (const [index, { operation, line, operand }] of instructions.entries()) {
    const at = 8 + index * 8;
    code.writeUInt8(operations.indexOf(operation), at);
    code.writeUInt16LE(Math.min(line, 0xffff), at + 2);
    code.writeInt32LE(typeof operand === "number" ? operand : textsAt + textBytes, at + 4);
    if (typeof operand === "number") continue;
    const text = Buffer.from(operand);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    texts.push(length, text);
    textBytes += 4 + text.length;
  }
  const program = new Uint8Array(Buffer.concat([code, ...texts]));
  return { program, sizes: { code: textsAt, texts: textBytes } };
}
