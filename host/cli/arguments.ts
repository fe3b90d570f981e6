/** Parsers of numbers on the command line. What they throw is a usage error that names the option or argument. */
import { InvalidArgumentError } from "commander";

export function parseVersion(text: string): number {
  return parsePositive(text, "A version is a whole number from 1");
}

export function parseCount(text: string): number {
  return parsePositive(text, "It must be a whole number from 1");
}

function parsePositive(text: string, rule: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError(rule);
  return Number(text);
}

/** `cpuMs=200`, and `cpuMs=` for the host's own; may be given several times. */
export function parseLimit(
  text: string,
  before: readonly (readonly [string, number | undefined])[] = [],
): readonly (readonly [string, number | undefined])[] {
  const [, name, value] = /^([a-zA-Z]+)=([1-9][0-9]{0,9})?$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It must be a name, =, and a whole number from 1 or nothing");
  return [...before, [name, value === undefined ? undefined : Number(value)]];
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
