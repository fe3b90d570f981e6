/** Reads WIT as text, as far as needed to compare the items of interfaces. */

/**
 * The items of an interface, such as "record page { keys: list<string> }", "get: func(name: string) -> option<string>",
 * "use types.{page}".
 */
export type WitItems = ReadonlySet<string>;

/** Characters that stand between two items, or begin and end a block. */
const punctuation = /[{};]/g;

/**
 * The items of each interface of a package, without comments and with spaces where WIT's printer puts them.
 *
 * @param text valid WIT: this host's own, or what a tool has printed
 */
export function witInterfaces(text: string): Map<string, WitItems> {
  const source = text.replaceAll(/\/\/.*$/gm, "").replaceAll(/\s+/g, " ");
  const interfaces = new Map<string, WitItems>();
  let items: Set<string> | undefined;
  let depth = 0;
  let from = 0;
  for (const { 0: mark, index } of source.matchAll(punctuation)) {
    const end = index + 1;
    if (mark === "{") depth++;
    else if (mark === "}") depth--;
    if (mark === "{" && depth === 1) {
      const name = /\binterface (\S+) $/.exec(source.slice(from, index))?.[1];
      items = new Set();
      if (name !== undefined) interfaces.set(name, items);
    } else if (depth > 1 || (mark === "}" && depth === 1 && source[end] === ";")) {
      continue; // inside an item
    } else if (depth === 1) {
      for (const item of itemsOf(source.slice(from, end))) items?.add(item);
    }
    from = end;
  }
  return interfaces;
}

/** Splits a statement into items. Each type of a `use` is an item of its own. */
function itemsOf(text: string): string[] {
  const item = text.trim().replace(/;$/, "").replaceAll(/,? }/g, " }");
  const use = /^use (\S+)\.\{(.*)\}$/.exec(item);
  if (use === null) return [item];
  return use[2]!.split(",").map((type) => `use ${use[1]}.{${type.trim()}}`);
}
