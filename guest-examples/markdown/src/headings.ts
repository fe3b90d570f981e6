import type { Token } from "markdown-it";

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** Id of the heading's element, for links. */
  readonly id: string;
}

/** Lists the headings in their order, and gives each heading's element an id. */
export function headings(tokens: readonly Token[]): readonly Heading[] {
  const found: Heading[] = [];
  const taken = new Map<string, number>();
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const text = plainText(tokens[index + 1]);
    const id = unique(slug(text), taken);
    token.attrSet("id", id);
    found.push({ level: Number(token.tag.slice(1)), text, id });
  }
  return found;
}

function plainText(inline: Token | undefined): string {
  return (inline?.children ?? []).map((child) => child.content).join("");
}

function slug(text: string): string {
  const words = text.toLowerCase().match(/[\p{Letter}\p{Number}]+/gu);
  return words?.join("-") ?? "section";
}

function unique(id: string, taken: Map<string, number>): string {
  const count = (taken.get(id) ?? 0) + 1;
  taken.set(id, count);
  return count === 1 ? id : `${id}-${count}`;
}
