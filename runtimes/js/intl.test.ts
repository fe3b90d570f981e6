/** `Intl` and methods that go by a locale: each expression has the same value in the runtime and in Node in UTC. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();

let zone: string | undefined;
beforeAll(() => {
  zone = process.env.TZ;
  process.env.TZ = "UTC";
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const at = "new Date(Date.UTC(2026, 2, 29, 1, 30, 15, 250))";
const expressions = [
  `(19.5).toLocaleString("de-DE", { style: "currency", currency: "EUR" })`,
  `(1234567.891).toLocaleString()`,
  `(-0).toLocaleString("en-US")`,
  `NaN.toLocaleString("de")`,
  `(123456789012345678901234567890n).toLocaleString("de-DE")`,
  `["Zoe", "anna", "Bob"].sort((a, b) => a.localeCompare(b))`,
  `["ä", "z", "a"].sort(new Intl.Collator("sv").compare)`,
  `["10", "9", "2"].sort(Intl.Collator(undefined, { numeric: true }).compare)`,
  `"a".localeCompare("A", "en", { sensitivity: "base" })`,
  `"İI".toLocaleLowerCase("tr") + "i".toLocaleUpperCase("tr")`,
  `${at}.toLocaleString()`,
  `${at}.toLocaleString("de-DE", { timeZone: "Europe/Berlin", dateStyle: "full", timeStyle: "long" })`,
  `${at}.toLocaleDateString("en-GB", { weekday: "long", timeZone: "America/New_York" })`,
  `${at}.toLocaleDateString("en-US", { hour: "numeric" })`,
  `${at}.toLocaleTimeString("en-US", { timeZone: "Asia/Tokyo", hour12: false })`,
  `new Date(NaN).toLocaleString()`,
  `new Intl.DateTimeFormat("en-US", { timeZone: "Europe/Berlin", timeZoneName: "shortOffset" }).formatToParts(${at})`,
  `new Intl.DateTimeFormat("en-US", { dateStyle: "medium" }).formatRange(${at}, new Date(Date.UTC(2026, 3, 2)))`,
  `new Intl.DateTimeFormat().resolvedOptions()`,
  `new Intl.DateTimeFormat("ar-EG", { dateStyle: "short" }).format(0)`,
  `[0, 1, 2, 5].map((n) => new Intl.PluralRules("ar").select(n))`,
  `new Intl.PluralRules("en", { type: "ordinal" }).select(22)`,
  `new Intl.PluralRules("en").selectRange(1, 2)`,
  `new Intl.RelativeTimeFormat("es", { numeric: "auto" }).format(-1, "day")`,
  `new Intl.RelativeTimeFormat("en").formatToParts(3, "weeks")`,
  `new Intl.ListFormat("en", { type: "disjunction" }).format(new Set(["a", "b", "c"]))`,
  `new Intl.ListFormat("de").formatToParts(["a", "b"])`,
  `new Intl.NumberFormat("en", { notation: "compact" }).format(1_234_567)`,
  `new Intl.NumberFormat("en-IN").formatToParts(1234567.5).map(({ value }) => value).join("|")`,
  `new Intl.NumberFormat("en", { style: "unit", unit: "kilometer-per-hour" }).formatRange(3, 5)`,
  `new Intl.NumberFormat("en").format("12345678901234567890.12345")`,
  `[1, 2, 3].map(new Intl.NumberFormat("de", { minimumFractionDigits: 1 }).format)`,
  `new Intl.DisplayNames("fr", { type: "region" }).of("DE")`,
  `new Intl.DisplayNames("en", { type: "language", fallback: "none" }).of("xx-YY") === undefined`,
  `[...new Intl.Segmenter("en", { granularity: "word" }).segment("Hello, wide world!")].filter((s) =>
    s.isWordLike).map((s) => s.segment)`,
  `[...new Intl.Segmenter().segment("👨‍👩‍👧é")].map(({ segment, index, input }) => [segment, index, input])`,
  `new Intl.Segmenter("en", { granularity: "word" }).segment("one two").containing(5).segment`,
  `new Intl.DurationFormat("en", { style: "long" }).format({ hours: 1, minutes: 46 })`,
  `new Intl.Locale("zh-Hant-TW-u-nu-hanidec").numberingSystem + new Intl.Locale("en").maximize() +
    new Intl.Locale("en-Latn-US").minimize()`,
  `new Intl.Locale("de", { region: "AT", calendar: "buddhist" }).toString()`,
  `new Intl.NumberFormat(new Intl.Locale("de")).format(1.5)`,
  `Intl.getCanonicalLocales(["EN-us", "iw", "EN-us"])`,
  `Intl.supportedValuesOf("calendar").includes("hebrew")`,
  `Intl.NumberFormat.supportedLocalesOf(["de", "tlh", "en"])`,
  `Intl.DateTimeFormat("de") instanceof Intl.DateTimeFormat`,
  `Object.prototype.toString.call(new Intl.Collator()) + Object.prototype.toString.call(Intl) + Intl.Segmenter.name`,
  `(() => { class Mine extends Intl.NumberFormat {} return new Mine("de").format(1.5) + (new Mine() instanceof Mine); })()`,
  ...[
    `new Intl.NumberFormat("de", { style: "currency" })`,
    `new Intl.DateTimeFormat("en", { timeZone: "Mars/Olympus" })`,
    `new Intl.NumberFormat("not a locale")`,
    `Intl.PluralRules("en")`,
    `new Intl.DateTimeFormat("en").format(NaN)`,
    `Intl.DateTimeFormat.prototype.formatToParts.call({})`,
    `new Intl.DisplayNames("en")`,
    `"a".localeCompare("b", "x")`,
    `Intl.supportedValuesOf("nothing")`,
  ].map((text) => `(() => { try { return ${text} } catch (error) { return error.name } })()`),
];

test.each(expressions)("%s", async (expression) => {
  const source = `export default { fetch: () => Response.json([${expression}]) }`;
  const expected: unknown = JSON.parse(JSON.stringify(await new Function(`return [${expression}]`)()));
  expect(JSON.parse(bodyText(slot.serve(source)))).toEqual(expected);
});

test("works while a program's top-level code runs", () => {
  const source = `const money = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });
    const first = money.format(1); export default { fetch: () => new Response(first + money.format(2)) }`;
  expect(bodyText(slot.serve(source))).toBe("1,00\u00a0€2,00\u00a0€");
});
