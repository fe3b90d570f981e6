/** Step 2: finds the runtime that a slim component asks for, or tells why this host does not have it. */
import type { Language } from "../../runtimes/language.ts";
import type { Languages } from "../../runtimes/languages.ts";
import type { CoreModuleDefinition, SlimComponent } from "../component/read/component.ts";
import { type Dependency, parseDependency, satisfies, type Version } from "../component/read/dependency-name.ts";
import { requireModuleType } from "../component/read/module-type.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readingUpload } from "./component-errors.ts";

type CoreModuleImport = Extract<CoreModuleDefinition, { kind: "import" }>;

/**
 * @param languages say how a runtime that is not there is built
 * @throws PlinthError PLINTH_UNKNOWN_RUNTIME, PLINTH_RUNTIME_VERSION, PLINTH_RUNTIME_INTEGRITY,
 *   PLINTH_RUNTIME_TYPE, PLINTH_COMPONENT_UNSUPPORTED
 */
export function resolveRuntime(
  component: SlimComponent,
  runtimes: readonly Runtime[],
  languages: Pick<Languages, "ofRuntime">,
): Runtime {
  const imports = component.coreModules.filter((module) => module.kind === "import");
  const [wanted, second] = imports;
  if (wanted === undefined) throw new Error("a slim component imports a core module");
  if (second !== undefined) {
    throw plinthError("PLINTH_COMPONENT_UNSUPPORTED", ["more than one runtime", second.position]);
  }
  const dependency = readingUpload(() => parseDependency(wanted.name, wanted.position));
  const runtime = choose(dependency, wanted.name, runtimes, languages);
  refuseMissingExports(wanted, runtime);
  return runtime;
}

/** @param name the import's name, which has the build metadata that a `Version` leaves out */
function choose(
  dependency: Dependency,
  name: string,
  runtimes: readonly Runtime[],
  languages: Pick<Languages, "ofRuntime">,
): Runtime {
  const named = runtimes.filter(({ manifest }) => manifest.name === dependency.package);
  const details = { runtime: dependency.package };
  if (named.length === 0) throw unknownRuntime(dependency.package, runtimes, languages.ofRuntime(dependency.package));
  // The newest runtime comes first, so a range gets the latest one that fits.
  const fitting = named.find((runtime) => satisfies(dependency, runtime.offer));
  if (fitting !== undefined) return fitting;
  const withoutHash = dependency.kind === "locked" ? { ...dependency, sha256: undefined } : dependency;
  const sameVersion = named.find((runtime) => satisfies(withoutHash, runtime.offer));
  if (dependency.kind === "locked" && dependency.sha256 !== undefined && sameVersion !== undefined) {
    const asked = `sha256-${Buffer.from(dependency.sha256).toString("base64")}`;
    const linked = /<(.*?)>/.exec(name)?.[1] ?? dependency.package;
    const values = [linked, asked, sameVersion.key, sameVersion.integrity] as const;
    throw plinthError("PLINTH_RUNTIME_INTEGRITY", values, { details });
  }
  const have = named.map(({ manifest }) => manifest.version).join(", ");
  throw plinthError("PLINTH_RUNTIME_VERSION", [dependency.package, rangeOf(dependency), have], { details });
}

/** The usual reason is that the runtime of a known language was not built before the host started. */
function unknownRuntime(name: string, runtimes: readonly Runtime[], language: Language | undefined): PlinthError {
  const advice =
    language === undefined
      ? "Give the host the folder of its package (PLINTH_RUNTIME_FOLDERS)"
      : `Build it on the host's machine (plinth runtime build ${language.name}) and start the host again`;
  const names = [...new Set(runtimes.map(({ manifest }) => manifest.name))].sort().join(", ");
  return plinthError("PLINTH_UNKNOWN_RUNTIME", [name, advice, names], { details: { runtime: name } });
}

function rangeOf(dependency: Dependency): string {
  if (dependency.kind === "locked") return dependency.version === undefined ? "*" : text(dependency.version);
  const { lower, upper } = dependency;
  const bounds = [lower && `>=${text(lower)}`, upper && `<${text(upper)}`].filter(Boolean);
  return bounds.length === 0 ? "*" : bounds.join(" ");
}

/** Among its exports to tenants, the runtime must have all that the component expects. */
function refuseMissingExports(wanted: CoreModuleImport, runtime: Runtime): void {
  const { name, position: offset, type } = wanted;
  const refuse = (what: string, cause?: unknown) =>
    plinthError("PLINTH_RUNTIME_TYPE", [runtime.key, what], { details: { offset }, cause });
  if (type.imports.length > 0) throw refuse("imports; a runtime's module type lists exports only");
  try {
    requireModuleType(type, runtime.manifest, { name, offset });
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
}

function text({ major, minor, patch, prerelease }: Version): string {
  return [`${major}.${minor}.${patch}`, ...(prerelease.length > 0 ? [prerelease.join(".")] : [])].join("-");
}
