/** What to tell the user when `go build` fails: Go's own words, and the reason behind them where it does not say it. */
import { goMessage, runGo, type Toolchain } from "./toolchain.ts";

/** What the linker prints beside its errors when it lists what it emits. */
const noise = /^(# |go: downloading |slim: |HEADER = |build mode: |build id|\d+ (symbols|liveness)|[\d.]+ )/;

/**
 * @param names what Go says and what the user should read instead
 */
export async function explainFailure(
  toolchain: Pick<Toolchain, "goroot" | "environment">,
  folder: string,
  error: unknown,
  names: readonly (readonly [said: string, meant: string])[] = [],
): Promise<string> {
  const lines = goMessage(error).split("\n");
  const kept = lines.filter((line) => line.trim() !== "" && !noise.test(line)).join("\n") || goMessage(error);
  const plain = kept.replace(/^\S.*[/\\]link(?:\.exe)?: (?:slim: )?/gm, "");
  const said = names.reduce((text, [from, to]) => text.replaceAll(from, to), plain);
  const cgo = await packagesWithCgo(toolchain, folder);
  if (cgo.length === 0) return said;
  return `${said}\nThese packages use cgo, which WebAssembly does not have: ${cgo.join(", ")}`;
}

/** Import paths of packages that the program needs and that have C in them. */
async function packagesWithCgo(
  toolchain: Pick<Toolchain, "goroot" | "environment">,
  folder: string,
): Promise<string[]> {
  const environment = { ...toolchain.environment, CGO_ENABLED: "1" };
  const format = "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}";
  try {
    const { stdout } = await runGo({ ...toolchain, environment }, ["list", "-e", "-deps", "-f", format, "."], folder);
    return stdout.split("\n").filter((line) => line !== "");
  } catch {
    return []; // go.mod itself is wrong: Go has said so
  }
}
