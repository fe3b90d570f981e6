/** The parameters of a Content-Disposition field, by the grammar of RFC 6266 and the deviations of browsers. */

const parameter = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/gy;

/** @throws TypeError if the field is none of a form's */
export function parametersOf(value: string): Map<string, string> {
  const kind = /^form-data\s*(?=;|$)/i.exec(value);
  if (!kind) throw new TypeError("A part of the form is no form-data");
  const found = new Map<string, string>();
  parameter.lastIndex = kind[0].length;
  for (let match = parameter.exec(value); match; match = parameter.exec(value)) {
    const name = match[1]!.toLowerCase();
    const text = match[2] === undefined ? match[3]!.trim() : unescaped(match[2]);
    if (!found.has(name)) found.set(name, text);
  }
  return found;
}

/**
 * Browsers write a quote as %22, others as \\". A backslash before another character is a backslash: paths of Windows
 * have it.
 */
function unescaped(text: string): string {
  return text.replace(/\\"|%0D%0A|%0D|%0A|%22/gi, (found) => escapes[found.toUpperCase()]!);
}
const escapes: Readonly<Record<string, string>> = {
  '\\"': '"',
  "%0D%0A": "\r\n",
  "%0D": "\r",
  "%0A": "\n",
  "%22": '"',
};

/** A text in the form of RFC 8187, utf-8'en'%e2%82%ac. Undefined if it is none. */
export function extended(value: string | undefined): string | undefined {
  const match = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(value ?? "");
  if (!match) return undefined;
  try {
    if (match[1]!.toLowerCase() === "utf-8") return decodeURIComponent(match[2]!);
    return match[2]!.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  } catch {
    return undefined;
  }
}
