/** Readers of JSON fields. Each takes a value and its place, and returns the value typed or throws a TypeError. */

export type FieldReader<T> = (value: unknown, at: string) => T;

type Fields = Record<string, FieldReader<unknown>>;
type OptionalKeys<R extends Fields> = { [K in keyof R]: undefined extends ReturnType<R[K]> ? K : never }[keyof R];

/** The object that readers of fields make together. A field may be missing if its reader can return `undefined`. */
type Read<R extends Fields> = { [K in Exclude<keyof R, OptionalKeys<R>>]: ReturnType<R[K]> } & {
  [K in OptionalKeys<R>]?: Exclude<ReturnType<R[K]>, undefined>;
};

export const text: FieldReader<string> = (value, at) =>
  typeof value === "string" ? value : wrong(at, "a string", value);
export const boolean: FieldReader<boolean> = (value, at) =>
  typeof value === "boolean" ? value : wrong(at, "true or false", value);
export const number: FieldReader<number> = (value, at) =>
  typeof value === "number" && Number.isFinite(value) ? value : wrong(at, "a number", value);

export function integer(from: number, to: number): FieldReader<number> {
  return (value, at) =>
    Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to
      ? (value as number)
      : wrong(at, `a whole number from ${from} to ${to}`, value);
}

export function pattern(form: RegExp, what: string): FieldReader<string> {
  return (value, at) => (typeof value === "string" && form.test(value) ? value : wrong(at, what, value));
}

export function oneOf<const T extends readonly (string | number)[]>(values: T): FieldReader<T[number]> {
  return (value, at) =>
    values.includes(value as T[number]) ? (value as T[number]) : wrong(at, `one of ${values.join(", ")}`, value);
}

export function array<T>(read: FieldReader<T>): FieldReader<T[]> {
  return (value, at) =>
    Array.isArray(value) ? value.map((item, i) => read(item, `${at}[${i}]`)) : wrong(at, "a list", value);
}

/** A field that may be missing. */
export function optional<T>(read: FieldReader<T>): FieldReader<T | undefined> {
  return (value, at) => (value === undefined ? undefined : read(value, at));
}

export const record: FieldReader<Record<string, unknown>> = (value, at) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong(at, "an object", value);

/** An object with exactly these fields. */
export function object<R extends Fields>(fields: R): FieldReader<Read<R>> {
  return (value, at) => {
    const source = record(value, at);
    for (const key of Object.keys(source)) {
      if (!Object.hasOwn(fields, key)) throw new TypeError(`${at}: the field "${key}" is not known`);
    }
    const result: Record<string, unknown> = {};
    for (const [key, read] of Object.entries(fields)) {
      const own = Object.hasOwn(source, key) ? source[key] : undefined;
      const item = read(own, `${at}.${key}`);
      if (item !== undefined) result[key] = item;
    }
    return result as Read<R>;
  };
}

function wrong(at: string, wanted: string, value: unknown): never {
  if (value === undefined) throw new TypeError(`${at} is missing: it should be ${wanted}`);
  throw new TypeError(`${at} should be ${wanted}, not ${JSON.stringify(value) ?? typeof value}`);
}
