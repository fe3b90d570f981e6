/** Parsers of numbers on the command line. They throw usage errors that name the option or argument. */
import { InvalidArgumentError } from "commander";

export function parseVersion(text: string): number {
  return parsePositive(text, "A version is a whole number from 1");
}

export function parseCount(text: string): number {
  return parsePositive(text, "It must be a whole number from 1");
}

function parsePositive(text: string, rule: string): number {
  if (!/^[1-9][0-9]{0,11}$/.test(text)) throw new InvalidArgumentError(rule);
  return Number(text);
}

/** Parses a revision of a value, or 0 for no value. */
export function parseRevision(text: string): number {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 0");
  return Number(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON (${(error as Error).message})`);
  }
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `10m` (ago) or a date. @returns ms since the epoch */
export function parseTime(text: string): number {
  return timeOf(text, -1);
}

/** Parses `90d` (from now) or a date. @returns the time in ISO 8601 */
export function parseExpiry(text: string): string {
  return new Date(timeOf(text, 1)).toISOString();
}

function timeOf(text: string, direction: 1 | -1): number {
  const [, amount, unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return Date.now() + direction * Number(amount) * unitMs[unit as keyof typeof unitMs];
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError("It must be a time such as 10m, 2h, 3d or 2026-05-04T10:00Z");
  return time;
}

export function parsePercent(text: string): number {
  const percent = /^[0-9]{1,3}(\.[0-9]{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(percent <= 100)) throw new InvalidArgumentError("It must be a number from 0 to 100");
  return percent;
}

/** Parses `cpuMs=200`, or `cpuMs=` for the host's own limit. The option may be given several times. */
export function parseLimit(
  text: string,
  before: readonly (readonly [string, number | undefined])[] = [],
): readonly (readonly [string, number | undefined])[] {
  const [, name, value] = /^([a-zA-Z]+)=([1-9][0-9]{0,9})?$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It must be a name, =, and a whole number from 1 or nothing");
  return [...before, [name, value === undefined ? undefined : Number(value)]];
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
