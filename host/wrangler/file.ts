/** Finds and parses a folder's configuration of wrangler, the command line of Cloudflare Workers. */
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { isRecord } from "../bindings/is-record.ts";
import { plinthError } from "../errors.ts";
import { placeOf, syntaxText } from "../manifest/text-place.ts";

/** In wrangler's own order: the first one that is there counts. */
const fileNames = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"] as const;

export interface WranglerFile {
  /** Relative to the working directory, for messages. */
  readonly file: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** @returns null where the folder has none @throws PLINTH_WRANGLER_CONFIG */
export async function findWranglerFile(folder: string): Promise<WranglerFile | null> {
  for (const name of fileNames) {
    const path = join(folder, name);
    const file = relative("", path);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") continue;
      throw plinthError("PLINTH_WRANGLER_CONFIG", [file, `it cannot be read (${message})`], { cause: error });
    }
    const source = text.replace(/^\uFEFF/, "");
    return { file, config: name.endsWith(".toml") ? await parseToml(source, file) : parseJson(source, file) };
  }
  return null;
}

async function parseToml(text: string, file: string): Promise<Record<string, unknown>> {
  const { parse: parseText, TomlError } = await import("smol-toml");
  try {
    // As JSON has it: dates become texts, as they do in what wrangler uploads.
    return JSON.parse(JSON.stringify(parseText(text)));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    const [reason] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw syntaxError(file, line, column, `is not TOML: ${reason}`);
  }
}

function parseJson(text: string, file: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined && isRecord(value)) return value;
  const { line, column } = placeOf(text, first?.offset ?? 0);
  const reason = first === undefined ? "is no object; expected { ... }" : syntaxText(printParseErrorCode(first.error));
  throw syntaxError(file, line, column, reason);
}

function syntaxError(file: string, line: number, column: number, reason: string): Error {
  const details = { file, line, column };
  return plinthError("PLINTH_WRANGLER_CONFIG", [file, `${file}:${line}:${column}: ${reason}`], { details });
}
