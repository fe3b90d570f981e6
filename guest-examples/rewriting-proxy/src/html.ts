/** Changes single places of a page and leaves everything else as it is, byte for byte. */
import { type DefaultTreeAdapterMap, parse } from "parse5";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

interface Edit {
  /** Offset in the source, UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const linkAttributes: ReadonlySet<string> = new Set(["href", "src", "action", "formaction", "poster", "data"]);

export interface Rewriting {
  link(link: string): string;
  /** The text at the beginning of the body. */
  readonly banner: string;
}

export function rewriteHtml(source: string, { link, banner }: Rewriting): string {
  const edits: Edit[] = [];
  for (const element of elements(parse(source, { sourceCodeLocationInfo: true }))) {
    const place = element.sourceCodeLocation;
    // The parser adds `<html>`, `<head>` and `<body>` if the page leaves them out. They have no place in the source.
    if (!place) continue;
    if (element.tagName === "body" && place.startTag) {
      const at = place.startTag.endOffset;
      edits.push({ start: at, end: at, text: `<p role="note">${escaped(banner)}</p>` });
    }
    for (const { name, value } of element.attrs) {
      const found = place.attrs?.[name];
      if (!found || !linkAttributes.has(name)) continue;
      const changed = link(value);
      if (changed === value) continue;
      edits.push({ start: found.startOffset, end: found.endOffset, text: `${name}="${escaped(changed)}"` });
    }
  }
  return applied(source, edits);
}

function* elements(node: Node): Generator<Element> {
  if ("tagName" in node) yield node;
  const children = "content" in node ? node.content.childNodes : "childNodes" in node ? node.childNodes : [];
  for (const child of children) yield* elements(child);
}

function applied(source: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    result += source.slice(at, start) + text;
    at = end;
  }
  return result + source.slice(at);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
