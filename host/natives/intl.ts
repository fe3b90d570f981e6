/**
 * `Intl` of the host's ICU. A call names a constructor and a method, each with its arguments, and gets the method's
 * result. Formatters are immutable, so all tenants share the kept formatters.
 */
import { LRUCache } from "lru-cache";
import { Check, Type } from "#typebox";
import type { JsonValue } from "../store/store.ts";
import { closed } from "./closed.ts";
import { defineNative, Refusal } from "./native.ts";

/** The methods of each constructor that a program may call; "new" makes sure that there is such a formatter. */
const methods = {
  Collator: ["compare"],
  DateTimeFormat: ["format", "formatToParts", "formatRange", "formatRangeToParts"],
  DisplayNames: ["of"],
  DurationFormat: ["format", "formatToParts"],
  ListFormat: ["format", "formatToParts"],
  NumberFormat: ["format", "formatToParts", "formatRange", "formatRangeToParts"],
  PluralRules: ["select", "selectRange"],
  RelativeTimeFormat: ["format", "formatToParts"],
  Segmenter: ["segment"],
} as const;

interface Supporting {
  supportedLocalesOf(locales: string | string[], options: object): string[];
}
type Constructor = keyof typeof methods;
type Formatter = Record<string, (...given: unknown[]) => unknown>;

const callSchema = Type.Object(
  {
    of: Type.String(),
    method: Type.String(),
    locales: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 100 })])),
    options: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
    given: Type.Array(Type.Unknown(), { maxItems: 3 }),
  },
  closed,
);
type Call = Type.Static<typeof callSchema>;

/** The most bytes of a call: ICU takes 4 ms for a text of this size, and a formatter is made in less than 1. */
const LIMIT_BYTES = 256 << 10;
/** Formatters that a thread keeps; each takes some 10 KB. */
const KEPT = 200;

const kept = new LRUCache<string, Formatter>({ max: KEPT });
const utf8 = new TextDecoder();

export const intl = defineNative({
  name: "intl",
  // The body is JSON, which has no U+0000, so no guest has to escape it.
  schema: Type.Object({ json: Type.Literal(false) }, closed),
  parts: 1,
  limitBytes: LIMIT_BYTES,
  failure: "OperationError",
  run: (_, [body]) => {
    const call: unknown = JSON.parse(utf8.decode(body));
    if (!Check(callSchema, call)) throw new Refusal("OperationError", "the call of Intl is not what it takes");
    try {
      return { value: { value: plain(answer(call)) } };
    } catch (error) {
      // The locale or an option is wrong, so the program gets the error that the standard has for it.
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      return { value: { threw: error.name, message: error.message } };
    }
  },
});

function answer({ of, method, locales, options = {}, given }: Call): unknown {
  if (of === "") return statics(method, given);
  if (of === "String") return textMethod(method, given, locales);
  if (of === "Locale") return localeOf(given);
  if (!Object.hasOwn(methods, of)) throw new Refusal("OperationError", `Intl has no ${of} here`);
  const type = of as Constructor;
  if (method === "supportedLocalesOf")
    return (Intl[type] as unknown as Supporting).supportedLocalesOf(locales ?? [], options);
  const formatter = formatterOf(type, locales, options);
  if (method === "new" || method === "resolvedOptions") return formatter.resolvedOptions!();
  if (!(methods[type] as readonly string[]).includes(method)) throw new Refusal("OperationError", `no ${method} here`);
  const result = formatter[method]!(...given.map(argumentOf));
  return method === "segment"
    ? [...(result as Iterable<{ input?: string }>)].map(({ input: _, ...rest }) => rest)
    : result;
}

function formatterOf(type: Constructor, locales: Call["locales"], options: object): Formatter {
  const key = JSON.stringify([type, locales, options]);
  const found = kept.get(key);
  if (found !== undefined) return found;
  // Programs run in UTC and in American English, whatever the machine prefers.
  const all = type === "DateTimeFormat" ? { timeZone: "UTC", ...options } : options;
  const made = new (Intl[type] as unknown as new (locales: unknown, options: object) => object)(
    locales ?? "en-US",
    all,
  );
  kept.set(key, made as Formatter);
  return made as Formatter;
}

function statics(method: string, [given]: readonly unknown[]): unknown {
  if (method === "getCanonicalLocales") return Intl.getCanonicalLocales(given as string[]);
  if (method === "supportedValuesOf") return Intl.supportedValuesOf(given as "currency");
  throw new Refusal("OperationError", `Intl has no ${method} here`);
}

function textMethod(method: string, [text]: readonly unknown[], locales: Call["locales"]): string {
  if (method === "toLocaleUpperCase") return String(text).toLocaleUpperCase(locales ?? "en-US");
  if (method === "toLocaleLowerCase") return String(text).toLocaleLowerCase(locales ?? "en-US");
  throw new Refusal("OperationError", `no ${method} here`);
}

const localeFields = [
  "baseName",
  "calendar",
  "caseFirst",
  "collation",
  "hourCycle",
  "language",
  "numberingSystem",
  "numeric",
  "region",
  "script",
] as const;

/** All properties of a locale. */
function localeOf([tag, options]: readonly unknown[]): object {
  const locale = new Intl.Locale(tag as string, options as object);
  const fields = localeFields.map((name) => [name, locale[name]]);
  const texts = { text: String(locale), maximal: String(locale.maximize()), minimal: String(locale.minimize()) };
  return { ...Object.fromEntries(fields), ...texts };
}

/** A value of a guest. Values that JSON does not have are objects: `{number: "NaN"}`, `{bigint: "1"}`, `{absent: true}`. */
function argumentOf(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const { number, bigint, absent } = given as { number?: string; bigint?: string; absent?: true };
  if (typeof number === "string") return Number(number);
  if (typeof bigint === "string") return BigInt(bigint);
  return absent === true ? undefined : given;
}

/** The value without parts that JSON does not have. */
function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}
