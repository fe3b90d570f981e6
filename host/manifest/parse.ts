/** Reads the text of a manifest: JSON with comments and trailing commas. Every mistake is told with its place. */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { AnyBinding, Path } from "../bindings/binding.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import { manifestCheck, pathText } from "./check.ts";
import type { Manifest } from "./schema.ts";
import { placeOf, syntaxText } from "./text-place.ts";

interface Mistake {
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly path: string;
  readonly text: string;
}

/**
 * @param file for the messages
 * @param languages what `runtime` may be
 * @param bindings whose parts the manifest may have; those of the registry if not given
 * @throws PLINTH_MANIFEST_INVALID with a line for every mistake: file, line, column, what is wrong and what is expected
 */
export function parseManifest(
  text: string,
  file: string,
  languages: readonly string[],
  bindings?: readonly AnyBinding[],
): Manifest {
  const source = text.replace(/^\uFEFF/, "");
  const errors: ParseError[] = [];
  const tree = parseTree(source, errors, { allowTrailingComma: true });
  if (tree === undefined || errors.length > 0) {
    const mistakes = errors.map(({ error, offset }) => ({
      offset,
      path: "",
      text: syntaxText(printParseErrorCode(error)),
    }));
    throw invalid(file, source, mistakes.length > 0 ? mistakes : [{ offset: 0, path: "", text: "it is empty" }]);
  }
  // Names first: if a name stands twice, one of its values would be lost without a word.
  const names = nameMistakes(tree);
  if (names.length > 0) throw invalid(file, source, names);
  const value: unknown = getNodeValue(tree);
  const mistakes = manifestCheck(languages, bindings)
    .problemsOf(value)
    .map(({ path, atName, text }) => {
      const offset = (atName ? nameAt(tree, path) : nodeAt(tree, path))?.offset ?? 0;
      return { offset, path: pathText(path), text };
    });
  if (mistakes.length > 0) throw invalid(file, source, mistakes);
  return value as Manifest;
}

function nameMistakes(tree: Node): Mistake[] {
  const mistakes: Mistake[] = [];
  const look = (node: Node, path: Path): void => {
    const seen = new Set<string>();
    for (const [index, child] of (node.children ?? []).entries()) {
      if (node.type === "array") look(child, [...path, index]);
      if (node.type !== "object") continue;
      const [key, value] = child.children ?? [];
      const name = String(key?.value);
      const place = { offset: child.offset, path: pathText([...path, name]) };
      if (name === "__proto__") mistakes.push({ ...place, text: "is not a name here; expected any other" });
      if (seen.has(name)) mistakes.push({ ...place, text: "stands here twice; expected once" });
      seen.add(name);
      if (value !== undefined) look(value, [...path, name]);
    }
  };
  look(tree, []);
  return mistakes;
}

function nodeAt(tree: Node, path: Path): Node | undefined {
  return findNodeAtLocation(tree, [...path]);
}

/** The name of a property; its node's parent is the property. */
function nameAt(tree: Node, path: Path): Node | undefined {
  return nodeAt(tree, path)?.parent?.children?.[0];
}

function invalid(file: string, source: string, mistakes: readonly Mistake[]): PlinthError {
  const lines = mistakes
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, path, text }) => {
      const { line, column } = placeOf(source, offset);
      return { line, column, path, said: `${file}:${line}:${column}: ${path === "" ? "" : `${path} `}${text}` };
    });
  const [first] = lines;
  const said = lines.length === 1 ? first!.said : lines.map((mistake) => `\n  ${mistake.said}`).join("");
  const { line, column, path } = first!;
  const details = { file, line, column, ...(path === "" ? {} : { path }), mistakes: lines.length };
  return plinthError("PLINTH_MANIFEST_INVALID", [said], { details });
}
