/**
 * The text of the expression that ends at a place of a bundled program: what is called at a parenthesis, or what is read at
 * a dot. It is found by reading backwards, since a program is large and its author could make it hard to parse.
 */

/** Characters that are read at most. */
const FARTHEST = 500;
const LONGEST = 120;

export interface Expression {
  /** The text as the author wrote it, except for calls and parts without a name: `shop.orders(...).total`. */
  readonly text: string;
  /** The place in the line where it begins. */
  readonly start: number;
}

/** V8's name for an expression without a name. */
export const UNNAMED = "(intermediate value)";

const identifier = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const simpleIndex = /\[(?:[\w$]+|"[^"\\\]]*"|'[^'\\\]]*')\]$/;

/**
 * @param line of the program
 * @param end where the expression ends
 * @param nameAt the author's name of the variable whose name begins there, if the build has renamed the variable
 */
export function expressionBefore(
  line: string,
  end: number,
  nameAt: (column: number) => string | undefined,
): Expression {
  const from = Math.max(0, end - FARTHEST);
  const text = line.slice(from, end).trimEnd();
  const { shown, start } = backwards(text, (column) => nameAt(from + column));
  return { text: shown.length > LONGEST ? `...${shown.slice(-LONGEST)}` : shown, start: from + start };
}

function backwards(text: string, nameAt: (column: number) => string | undefined): { shown: string; start: number } {
  let at = text.length;
  let shown = "";
  for (;;) {
    const rest = text.slice(0, at);
    const name = identifier.exec(rest)?.[0];
    if (name !== undefined) {
      at -= name.length;
      const dot = /\??\.\s*$/.exec(text.slice(0, at))?.[0];
      if (dot === undefined) return { shown: (nameAt(at) ?? name) + shown, start: at };
      const imported = nameAt(at);
      at -= dot.length;
      // The build has made a property of a name that the author has imported: `a.default` for `shop`.
      if (imported !== undefined) {
        return { shown: imported + shown, start: backwards(text.slice(0, at), nameAt).start };
      }
      shown = `.${name}${shown}`;
      continue;
    }
    const open = openingOf(rest);
    if (open === undefined) return { shown: UNNAMED + shown, start: at };
    const isIndex = rest.endsWith("]");
    // `shop?.[name]` and `shop?.(name)` are shown without the question mark.
    const object = text.slice(0, open).replace(/\?\.$/, "");
    const isOfAnother = /[\p{ID_Continue}$\])]$/u.test(object) && !/\b(?:return|typeof|await|in|of)$/.test(object);
    if (!isOfAnother) {
      // `(0,shop.open)` is how a bundle calls an imported function.
      const imported = /^\(0,([^()]+)\)$/.exec(rest.slice(open))?.[1];
      if (imported === undefined || isIndex) return { shown: UNNAMED + shown, start: open };
      const inner = backwards(imported, (column) => nameAt(open + 3 + column));
      return { shown: inner.shown + shown, start: open };
    }
    const index = isIndex ? (simpleIndex.exec(rest)?.[0] ?? "[...]") : "(...)";
    const variable = /^\[([A-Za-z_$][\w$]*)\]$/.exec(index)?.[1];
    shown = (variable === undefined ? index : `[${nameAt(open + 1) ?? variable}]`) + shown;
    at = object.length;
  }
}

const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

/**
 * The place where the bracket opens that ends a text. Brackets within strings are not told apart: such a text has no
 * name.
 */
function openingOf(text: string): number | undefined {
  const close = text.at(-1);
  if (close !== ")" && close !== "]") return undefined;
  const open = closing[close]!;
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === close) depth++;
    else if (text[at] === open && --depth === 0) return at;
  }
  return undefined;
}
