/** What to tell the user when `go build` fails: Go's own words, and the reason behind them where it does not say it. */
import { goMessage, runGo, type Toolchain } from "./toolchain.ts";

/** Lines of Go's output that say nothing to a user. */
const noise = /^(# |go: downloading |slim: (text|data) |HEADER = |build id|\d+ symbols|[\d.]+ .*)/;

export async function explainFailure(
  toolchain: Pick<Toolchain, "goroot" | "environment">,
  folder: string,
  error: unknown,
): Promise<string> {
  const lines = goMessage(error).split("\n");
  const said = lines.filter((line) => line.trim() !== "" && !noise.test(line)).join("\n") || goMessage(error);
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
