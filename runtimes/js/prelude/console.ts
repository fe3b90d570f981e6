/** `console` writes formatted lines to the tenant's log (Console standard, "printer"). */
import { display, inspectSafe } from "./inspect.ts";
import { log } from "./text.ts";

const level = { debug: 0, info: 1, warn: 2, error: 3 } as const;
const counts = new Map<string, number>();
const timers = new Map<string, number>();
let indent = "";

function format(values: unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== "string" || !first.includes("%")) return values.map(display).join(" ");
  let next = 0;
  const text = first.replace(/%([sdifjoOc%])/g, (whole, kind: string) => {
    if (kind === "%") return "%";
    if (next >= rest.length) return whole;
    const value = rest[next++];
    switch (kind) {
      case "s":
        return typeof value === "object" && value !== null ? inspectSafe(value) : String(value);
      case "d":
      case "i":
        return typeof value === "symbol" ? "NaN" : String(kind === "i" ? Math.trunc(Number(value)) : Number(value));
      case "f":
        return typeof value === "symbol" ? "NaN" : String(Number.parseFloat(String(value)));
      case "j":
        return JSON.stringify(value) ?? "undefined";
      case "c":
        return "";
      default:
        return inspectSafe(value);
    }
  });
  return [text, ...rest.slice(next).map(display)].join(" ");
}

function print(at: number, values: unknown[]): void {
  const text = format(values);
  log(at, indent ? text.replace(/^/gm, indent) : text);
}

const printer =
  (at: number) =>
  (...values: unknown[]): void =>
    print(at, values);

function stackTrace(): string {
  return (new Error().stack ?? "")
    .split("\n")
    .filter((line) => line.includes("worker.js"))
    .join("\n");
}

function elapsed(label: string): string | undefined {
  const start = timers.get(label);
  if (start === undefined) {
    print(level.warn, [`console: no timer is called "${label}"`]);
    return undefined;
  }
  return `${label}: ${Math.round(($monotonic() - start) * 1000) / 1000}ms`;
}

export const console = {
  log: printer(level.info),
  info: printer(level.info),
  debug: printer(level.debug),
  warn: printer(level.warn),
  error: printer(level.error),
  trace: (...values: unknown[]): void => print(level.debug, [`Trace: ${format(values)}\n${stackTrace()}`]),
  assert: (condition: unknown, ...values: unknown[]): void => {
    if (!condition) print(level.error, values.length ? ["Assertion failed:", ...values] : ["Assertion failed"]);
  },
  dir: (value: unknown): void => print(level.info, [inspectSafe(value)]),
  dirxml: printer(level.info),
  table: printer(level.info),
  group: (...values: unknown[]): void => {
    if (values.length) print(level.info, values);
    indent += "  ";
  },
  groupCollapsed: (...values: unknown[]): void => console.group(...values),
  groupEnd: (): void => {
    indent = indent.slice(2);
  },
  count: (label = "default"): void => {
    const value = (counts.get(`${label}`) ?? 0) + 1;
    counts.set(`${label}`, value);
    print(level.info, [`${label}: ${value}`]);
  },
  countReset: (label = "default"): void => {
    counts.delete(`${label}`);
  },
  time: (label = "default"): void => {
    timers.set(`${label}`, $monotonic());
  },
  timeLog: (label = "default", ...values: unknown[]): void => {
    const text = elapsed(`${label}`);
    if (text) print(level.info, [text, ...values]);
  },
  timeEnd: (label = "default"): void => {
    const text = elapsed(`${label}`);
    timers.delete(`${label}`);
    if (text) print(level.info, [text]);
  },
};
