/** The methods of built-in objects that go by a locale: `toLocaleString`, `localeCompare` and the like. */
import { callIntl, type Options, optionsOf } from "./intl.ts";
import { apply, defineProperty } from "./intrinsics.ts";

type Method = (...given: unknown[]) => unknown;

/** Options of DateTimeFormat that name a wanted part of a date. */
const dateParts = ["weekday", "year", "month", "day", "dateStyle"];
const timeParts = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits", "timeStyle"];

/** Adds the parts that a date's method shows if its options name none. */
function withParts(options: Options, wanted: readonly string[], shown: Readonly<Record<string, string>>): object {
  const given = optionsOf(options) ?? {};
  for (let i = 0; i < wanted.length; i++) if (wanted[i]! in given) return given;
  return { ...given, ...shown };
}

const day = { year: "numeric", month: "numeric", day: "numeric" };
const time = { hour: "numeric", minute: "numeric", second: "numeric" };

export function installLocaleMethods(): void {
  const { valueOf: timeValue } = Date.prototype;
  const dateMethod = (wanted: readonly string[], shown: Readonly<Record<string, string>>): Method =>
    function (this: unknown, locales, options) {
      const at = apply(timeValue, this, []) as number;
      if (!(at - at === 0)) return "Invalid Date";
      return callIntl("DateTimeFormat", "format", locales, withParts(options as Options, wanted, shown), [at]);
    };
  method(Date.prototype, "toLocaleString", dateMethod([...dateParts, ...timeParts], { ...day, ...time }));
  method(Date.prototype, "toLocaleDateString", dateMethod(dateParts, day));
  method(Date.prototype, "toLocaleTimeString", dateMethod(timeParts, time));

  const { valueOf: number } = Number.prototype;
  const { valueOf: bigint } = BigInt.prototype;
  for (const [type, read] of [
    [Number, number],
    [BigInt, bigint],
  ] as const)
    method(type.prototype, "toLocaleString", function (this: unknown, locales, options) {
      return callIntl("NumberFormat", "format", locales, options, [apply(read as Method, this, [])]);
    });

  method(String.prototype, "localeCompare", function (this: unknown, that, locales, options) {
    const [one, other] = [`${this}`, `${that}`];
    return one === other ? 0 : callIntl("Collator", "compare", locales, options, [one, other]);
  });
  for (const name of ["toLocaleUpperCase", "toLocaleLowerCase"])
    method(String.prototype, name, function (this: unknown, locales) {
      return callIntl("String", name, locales, undefined, [`${this}`]);
    });
}

function method(prototype: object, name: string, value: Method): void {
  defineProperty(prototype, name, { value, writable: true, configurable: true });
}
