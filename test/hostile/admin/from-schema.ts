/** Values that follow a JSON schema of the admin API's description, and values that break it. */
import fc from "fast-check";

/** The parts of JSON Schema that the description uses. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Texts that often cause faults. The router knows no parameter of a path above 4,096 characters, for any caller. */
const nasty = [
  "",
  "..",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "a/b",
  "%00",
  "\0",
  "\u{1f4a9}",
  "\ud800",
  "'; DROP TABLE versions; --",
  "a".repeat(4_000),
  "localhost",
  "127.0.0.1",
  "x".repeat(64),
];

/** Any text. Texts that cause faults and plain ones come often. */
export const anyText = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.stringMatching(/^[a-z]{1,9}$/),
);

/** Values that the schema allows. They ignore its formats, and the rules that no schema can state. */
export function bySchema(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 - 1 });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(bySchema(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 5 });
    case "object":
      return objectOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function textOf({ pattern, format, minLength = 0, maxLength = 100_000 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format === "date-time")
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
  // The schema counts characters, not UTF-16 units.
  return anyText.filter((text) => [...text].length >= minLength && [...text].length <= maxLength);
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const parts = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, bySchema(part)]));
  return fc.record(parts, { requiredKeys: [...required] });
}

/**
 * JSON that the schema does not allow, as `allows` says. One part of a good value is changed, or the whole is another
 * value.
 */
export function againstSchema(schema: Schema, allows: (value: unknown) => boolean): fc.Arbitrary<unknown> {
  const changed = fc
    .tuple(bySchema(schema), anyText, fc.jsonValue({ maxDepth: 2 }), fc.nat())
    .map(([good, name, other, at]) => {
      if (typeof good !== "object" || good === null) return other;
      if (Array.isArray(good)) return good.with(at % Math.max(1, good.length), other);
      const names = [...Object.keys(good), name];
      return { ...good, [names[at % names.length]!]: other };
    });
  return fc.oneof(changed, fc.jsonValue({ maxDepth: 3 })).filter((value) => !allows(value));
}
