import { ComponentError } from "./component-error.ts";

/** A semantic version (semver.org): the numbers, then dot-separated prerelease identifiers. Build metadata is dropped. */
export interface Version {
  major: number;
  minor: number;
  patch: number;
  prerelease: readonly string[];
}

/** The request of a core-module import (component model, Explainer, "Import and Export Definitions"). */
export type Dependency =
  | {
      kind: "locked";
      /** "plinth:go": namespace and name. */
      package: string;
      version: Version | undefined;
      /** SHA-256 of the module's bytes, 32 bytes; undefined if the name carries no integrity. */
      sha256: Uint8Array | undefined;
    }
  | {
      kind: "unlocked";
      package: string;
      /** The lowest version, inclusive. */
      lower: Version | undefined;
      /** The version above the highest one, exclusive. */
      upper: Version | undefined;
    };

const label = "[a-z][0-9a-z]*(?:-[a-z0-9]+)*";
const number = "(?:0|[1-9][0-9]*)";
const semver = `${number}\\.${number}\\.${number}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?`;
const lockedForm = new RegExp(`^locked-dep=<(${label}:${label})(?:@(${semver}))?>(?:,integrity=<([^<>]*)>)?$`);
const unlockedForm = new RegExp(
  `^unlocked-dep=<(${label}:${label})(?:@(?:\\*|\\{(?:>=(${semver}) <(${semver})|>=(${semver})|<(${semver}))\\}))?>$`,
);
const versionForm = new RegExp(`^(${number})\\.(${number})\\.(${number})(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`);

/** @returns undefined if the text is not a semantic version */
export function parseVersion(text: string): Version | undefined {
  // Nobody writes a longer version. The bound keeps numbers exact and matching quick.
  const match = text.length <= 128 ? versionForm.exec(text) : null;
  if (match === null) return undefined;
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (![major, minor, patch].every(Number.isSafeInteger)) return undefined;
  const prerelease = match[4] === undefined ? [] : match[4].split(".");
  if (prerelease.some((part) => part === "" || /^0[0-9]+$/.test(part))) return undefined;
  return { major, minor, patch, prerelease };
}

/** @returns a negative number, zero or a positive one if `a` comes before, with or after `b` (semver 2.0.0, 11) */
export function compareVersions(a: Version, b: Version): number {
  const numbers = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (numbers !== 0) return numbers;
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (let index = 0; index < Math.min(a.prerelease.length, b.prerelease.length); index++) {
    const order = compareIdentifiers(a.prerelease[index] ?? "", b.prerelease[index] ?? "");
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = (text: string) => /^[0-9]+$/.test(text);
  if (numeric(a) && numeric(b)) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  if (numeric(a) !== numeric(b)) return numeric(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Parses the name of a core-module import:
 * `locked-dep=<ns:name@1.2.3>,integrity=<sha256-BASE64>` or `unlocked-dep=<ns:name@{>=1.0.0 <2.0.0}>`, where the range
 * may also be `*`, have one bound only, or be absent.
 *
 * @param offset offset of the import in the upload, for the error
 * @throws ComponentError `malformed` if the name has neither form, `unsupported` for an integrity without SHA-256
 */
export function parseDependency(name: string, offset = 0): Dependency {
  const locked = lockedForm.exec(name);
  if (locked !== null) {
    return {
      kind: "locked",
      package: locked[1]!,
      version: version(locked[2], name, offset),
      sha256: locked[3] === undefined ? undefined : parseIntegrity(locked[3], name, offset),
    };
  }
  const unlocked = unlockedForm.exec(name);
  if (unlocked === null) {
    const text = `"${shorten(name)}" is not a dependency name (locked-dep=<...> or unlocked-dep=<...>)`;
    throw new ComponentError("malformed", text, offset, name);
  }
  return {
    kind: "unlocked",
    package: unlocked[1]!,
    lower: version(unlocked[2] ?? unlocked[4], name, offset),
    upper: version(unlocked[3] ?? unlocked[5], name, offset),
  };
}

function version(text: string | undefined, name: string, offset: number): Version | undefined {
  if (text === undefined) return undefined;
  const parsed = parseVersion(text);
  if (parsed === undefined) {
    throw new ComponentError("malformed", `"${shorten(text)}" is not a semantic version`, offset, name);
  }
  return parsed;
}

/** Parses Subresource Integrity metadata: hashes separated by spaces, options after `?`. The first SHA-256 counts. */
function parseIntegrity(text: string, name: string, offset: number): Uint8Array {
  for (const item of text.split(/\s+/)) {
    const match = /^sha256-([A-Za-z0-9+/]{43}=)(?:\?.*)?$/.exec(item);
    if (match !== null) return new Uint8Array(Buffer.from(match[1]!, "base64"));
  }
  const supported = /(?:^|\s)sha(?:384|512)-/.test(text);
  const message = `the integrity "${shorten(text)}" holds no sha256- hash of 32 bytes in base64`;
  throw new ComponentError(supported ? "unsupported" : "malformed", message, offset, name);
}

/** Whether the dependency asks for a module of this package, version and SHA-256. */
export function satisfies(
  dependency: Dependency,
  offered: { package: string; version: Version; sha256: Uint8Array },
): boolean {
  if (dependency.package !== offered.package) return false;
  if (dependency.kind === "locked") {
    if (dependency.version !== undefined && compareVersions(dependency.version, offered.version) !== 0) return false;
    return dependency.sha256 === undefined || Buffer.compare(dependency.sha256, offered.sha256) === 0;
  }
  if (dependency.lower !== undefined && compareVersions(offered.version, dependency.lower) < 0) return false;
  return dependency.upper === undefined || compareVersions(offered.version, dependency.upper) < 0;
}

/** The name of an import that is pinned to one module by its hash. */
export function lockedDependencyName(packageName: string, version: string, sha256: Uint8Array): string {
  return `locked-dep=<${packageName}@${version}>,integrity=<sha256-${Buffer.from(sha256).toString("base64")}>`;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
