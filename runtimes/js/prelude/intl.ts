/**
 * `Intl`. The engine has none, so each call is one of the host's native `intl` (host/natives/intl.ts). Programs run in
 * UTC and, where they name no locale, in American English.
 */
import { apply, define, defineGlobal, defineProperty, tagged, toJson } from "./intrinsics.ts";
import { callNativeWithText } from "./native-calls.ts";

type Locales = string | readonly string[] | undefined;
export type Options = Readonly<Record<string, unknown>> | undefined;

const errors: Readonly<Record<string, new (message: string) => Error>> = { RangeError, TypeError };

export function callIntl(of: string, method: string, locales: unknown, options: unknown, given: unknown[]): unknown {
  const passed: unknown[] = [];
  for (let i = 0; i < given.length; i++) define(passed, i, passedValue(given[i]));
  const request = toJson({ of, method, locales: localesOf(locales), options: optionsOf(options), given: passed });
  const { value } = callNativeWithText("intl", request) as {
    value: { value?: unknown; threw?: string; message: string };
  };
  if (value.threw !== undefined) throw new errors[value.threw]!(value.message);
  return value.value;
}

/** The value for the host. Values that JSON does not have are passed as objects. */
function passedValue(value: unknown): unknown {
  if (value === undefined) return { absent: true };
  if (typeof value === "bigint") return { bigint: `${value}` };
  if (typeof value !== "number") return value;
  const isPlain = value - value === 0 && !(value === 0 && 1 / value < 0);
  return isPlain ? value : { number: value === 0 ? "-0" : `${value}` };
}

function localesOf(locales: unknown): string | string[] | undefined {
  if (locales === undefined || typeof locales === "string") return locales;
  if (typeof locales !== "object" || locales === null) throw new TypeError("A locale is a string or a Locale");
  if (locales instanceof Locale) return `${locales}`;
  const list: string[] = [];
  const { length } = locales as unknown[];
  for (let i = 0; i < length; i++) {
    const locale = (locales as unknown[])[i];
    if (typeof locale !== "string" && typeof locale !== "object")
      throw new TypeError("A locale is a string or a Locale");
    define(list, i, `${locale}`);
  }
  return list;
}

/** The options that have a value, converted to texts, numbers and booleans. */
export function optionsOf(options: unknown): object | undefined {
  if (options === undefined) return undefined;
  if (options === null) throw new TypeError("Options are an object");
  const plain = {};
  for (const name in options as Record<string, unknown>) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || typeof value === "function") continue;
    define(plain, name, typeof value === "number" || typeof value === "boolean" ? value : `${value}`);
  }
  return plain;
}

/** A date as a number. For other values it throws the errors of the standard. */
function timeOf(value: unknown): number {
  const time = value === undefined ? Date.now() : Number(value);
  if (!(time - time === 0)) throw new RangeError("Invalid time value");
  return time;
}

interface Kind {
  /** The methods, with the number of arguments of each. */
  readonly methods: Readonly<Record<string, number>>;
  /** The method that is a getter of a bound function. */
  readonly bound?: string;
  /** Whether the constructor can be called without `new`. */
  readonly callable?: boolean;
  /** Converts an argument to the form for the host. */
  readonly argument?: (value: unknown, index: number) => unknown;
  /** Converts the host's answer to the result of the method. */
  readonly result?: (method: string, value: unknown, given: unknown[]) => unknown;
}

const list = (value: unknown, index: number) => (index === 0 ? [...(value as Iterable<unknown>)] : value);

const kinds: Readonly<Record<string, Kind>> = {
  Collator: { methods: { compare: 2 }, bound: "compare", callable: true, argument: (value) => `${value}` },
  DateTimeFormat: {
    methods: { format: 1, formatToParts: 1, formatRange: 2, formatRangeToParts: 2 },
    bound: "format",
    callable: true,
    argument: timeOf,
  },
  DisplayNames: { methods: { of: 1 }, argument: (value) => `${value}`, result: (_, value) => value ?? undefined },
  DurationFormat: { methods: { format: 1, formatToParts: 1 } },
  ListFormat: { methods: { format: 1, formatToParts: 1 }, argument: list },
  NumberFormat: {
    methods: { format: 1, formatToParts: 1, formatRange: 2, formatRangeToParts: 2 },
    bound: "format",
    callable: true,
    argument: numberOf,
  },
  PluralRules: { methods: { select: 1, selectRange: 2 }, argument: (value) => Number(value) },
  RelativeTimeFormat: {
    methods: { format: 2, formatToParts: 2 },
    argument: (value, index) => (index === 0 ? Number(value) : `${value}`),
  },
  Segmenter: {
    methods: { segment: 1 },
    argument: (value) => `${value}`,
    result: (_, value, [input]) => new Segments(value as Segment[], input as string),
  },
};

/** A number of any size: texts are decimal numbers, as the standard has it. */
function numberOf(value: unknown): unknown {
  return typeof value === "bigint" || typeof value === "string" ? value : Number(value);
}

interface Segment {
  segment: string;
  index: number;
  isWordLike?: boolean;
  input?: string;
}

class Segments {
  readonly #segments: readonly Segment[];

  constructor(segments: readonly Segment[], input: string) {
    for (let i = 0; i < segments.length; i++) define(segments[i]!, "input", input);
    this.#segments = segments;
  }

  containing(index = 0): Segment | undefined {
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const segment = this.#segments[i]!;
      if (segment.index <= index) return index < segment.index + segment.segment.length ? segment : undefined;
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<Segment> {
    for (let i = 0; i < this.#segments.length; i++) yield this.#segments[i]!;
  }
}

interface Settings {
  readonly locales: unknown;
  readonly options: unknown;
}

/** Settings by formatter. They are in a WeakMap because a tenant must not find them. */
const settings = new WeakMap<object, Settings>();
const { get, set } = WeakMap.prototype;
const settingsOf = (formatter: object, name: string): Settings => {
  const found = apply(get, settings, [formatter]) as Settings | undefined;
  if (found === undefined) throw new TypeError(`This is no Intl.${name}`);
  return found;
};

function formatterClass(name: string, { methods, bound, callable, argument, result }: Kind): unknown {
  const run = (formatter: object, method: string, given: unknown[]): unknown => {
    const { locales, options } = settingsOf(formatter, name);
    const passed: unknown[] = [];
    for (let i = 0; i < methods[method]!; i++) define(passed, i, argument ? argument(given[i], i) : given[i]);
    const value = callIntl(name, method, locales, options, passed);
    return result ? result(method, value, passed) : value;
  };
  const type = function (locales?: Locales, options?: Options): unknown {
    const isNew = new.target !== undefined;
    if (!isNew && !callable) throw new TypeError(`Intl.${name} is called with new`);
    const formatter = Object.create(isNew ? (new.target.prototype as object) : prototype) as object;
    const fixed = { locales: localesOf(locales), options: optionsOf(options) };
    callIntl(name, "new", fixed.locales, fixed.options, []);
    apply(set, settings, [formatter, fixed]);
    return formatter;
  } as unknown as { prototype: object };
  defineProperty(type, "name", { value: name, configurable: true });
  const { prototype } = type;
  for (const method in methods) {
    const value = {
      [method](this: object, ...given: unknown[]) {
        return run(this, method, given);
      },
    }[method]!;
    if (method !== bound) {
      defineProperty(prototype, method, { value, writable: true, configurable: true });
      continue;
    }
    defineProperty(prototype, method, {
      get(this: object) {
        settingsOf(this, name);
        return (...given: unknown[]) => run(this, method, given);
      },
      configurable: true,
    });
  }
  const resolvedOptions = function (this: object) {
    const { locales, options } = settingsOf(this, name);
    return callIntl(name, "resolvedOptions", locales, options, []);
  };
  defineProperty(prototype, "resolvedOptions", { value: resolvedOptions, writable: true, configurable: true });
  const supportedLocalesOf = (locales: Locales, options?: Options) =>
    callIntl(name, "supportedLocalesOf", locales, options, []);
  defineProperty(type, "supportedLocalesOf", { value: supportedLocalesOf, writable: true, configurable: true });
  tagged(type, `Intl.${name}`);
  return type;
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
];

class Locale {
  readonly #said: Readonly<Record<string, unknown>>;

  constructor(tag: unknown, options?: Options) {
    if (typeof tag !== "string" && typeof tag !== "object") throw new TypeError("A locale is made of a string");
    this.#said = callIntl("Locale", "new", undefined, undefined, [`${tag}`, optionsOf(options) ?? {}]) as Record<
      string,
      unknown
    >;
  }

  static field(locale: Locale, name: string): unknown {
    return locale.#said[name];
  }

  maximize(): Locale {
    return new Locale(this.#said.maximal);
  }

  minimize(): Locale {
    return new Locale(this.#said.minimal);
  }

  toString(): string {
    return this.#said.text as string;
  }
}
const { field } = Locale;
delete (Locale as { field?: unknown }).field;
for (let i = 0; i < localeFields.length; i++) {
  const name = localeFields[i]!;
  defineProperty(Locale.prototype, name, {
    get(this: Locale) {
      return field(this, name);
    },
    configurable: true,
  });
}
tagged(Locale, "Intl.Locale");

export function installIntl(): void {
  const namespace = {};
  const add = (name: string, value: unknown) =>
    defineProperty(namespace, name, { value, writable: true, configurable: true });
  for (const name in kinds) add(name, formatterClass(name, kinds[name]!));
  add("Locale", Locale);
  add("getCanonicalLocales", (locales: Locales) =>
    locales === undefined ? [] : callIntl("", "getCanonicalLocales", undefined, undefined, [localesOf(locales)]),
  );
  add("supportedValuesOf", (key: unknown) => callIntl("", "supportedValuesOf", undefined, undefined, [`${key}`]));
  defineProperty(namespace, Symbol.toStringTag, { value: "Intl", configurable: true });
  defineGlobal("Intl", namespace);
}
