/** Prints the results as lines of text. */
import type { PackageResult } from "./conformance.ts";
import type { SuiteResult } from "./results.ts";

const columns = [24, 10, 11, 16, 16, 9, 10];
const shown = 8;

export function header(): string {
  return row(["package", "slim B", "static B", "slim", "static", "run ms", "verdict"]);
}

/** Makes a line for the package, and a line for each difference. */
export function lines(result: PackageResult): string {
  const { slim, static: fixed, explained, unexplained } = result;
  const more = [
    ...explained.map(({ tests, why, differences }) => `    ${tests.join(", ")} (${differences.length}): ${why}`),
    ...unexplained
      .slice(0, shown)
      .map(({ test, slim, static: other }) => `    ? ${test}: slim ${slim}, static ${other}`),
  ];
  if (unexplained.length > shown) more.push(`    ? and ${unexplained.length - shown} more`);
  for (const [arm, { outcome, reason }] of [
    ["slim", slim],
    ["static", fixed],
  ] as const) {
    if (reason !== undefined) more.push(`    ${arm}: ${outcome}: ${reason}`);
  }
  const sizes = [String(slim.bytes), String(fixed.bytes)];
  const time = `${Math.round(slim.runMs)}/${Math.round(fixed.runMs)}`;
  return [row([result.package, ...sizes, arm(slim), arm(fixed), time, result.verdict]), ...more].join("\n");
}

export function summary(results: readonly PackageResult[]): string {
  const having = (wanted: PackageResult["verdict"]) => results.filter(({ verdict }) => verdict === wanted).length;
  const total = (which: "slim" | "static", key: "passed" | "failed" | "skipped" | "bytes") =>
    results.reduce((sum, result) => sum + result[which][key], 0);
  const counts = (which: "slim" | "static") =>
    (["passed", "failed", "skipped", "bytes"] as const).map((key) => `${total(which, key)} ${key}`).join(", ");
  return [
    `${results.length} packages: ${having("same")} the same, ${having("explained")} explained, ${having("differs")} differ`,
    `slim: ${counts("slim")}`,
    `static: ${counts("static")}`,
  ].join("\n");
}

/** Text such as "pass 150/0/3", with the numbers of passed, failed and skipped tests. */
function arm({ outcome, passed, failed, skipped }: SuiteResult): string {
  return outcome === "no build" ? outcome : `${outcome} ${passed}/${failed}/${skipped}`;
}

function row(cells: string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(columns[index]!))
    .join(" ")
    .trimEnd();
}
