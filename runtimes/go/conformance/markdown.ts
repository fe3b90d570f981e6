/** Makes the table of docs/reference/go.md: `npm run conformance:go -- --markdown FILE`. */
import type { PackageResult } from "./conformance.ts";
import type { SuiteResult } from "./results.ts";

export function markdownTable(results: readonly PackageResult[]): string {
  const rows = results.map((result) => {
    const { package: pkg, slim, static: fixed, verdict } = result;
    const sizes = [slim.bytes, fixed.bytes].map((bytes) => bytes.toLocaleString("en"));
    return `| ${[`\`${pkg}\``, ...sizes, cell(slim), cell(fixed), verdict === "same" ? "" : verdict].join(" | ")} |`;
  });
  return [
    "| package | slim, bytes | static, bytes | slim | static | |",
    "| --- | ---: | ---: | --- | --- | --- |",
    ...rows,
    "",
    "| package | test | slim | static | why |",
    "| --- | --- | --- | --- | --- |",
    ...results.flatMap(differences),
    "",
  ].join("\n");
}

function differences({ package: pkg, explained, unexplained }: PackageResult): string[] {
  const known = explained.map((entry) => {
    const arms = [entry.differences.map(({ slim }) => slim), entry.differences.map(({ static: fixed }) => fixed)];
    const statuses = arms.map((arm) =>
      [...new Set(arm)].map((status) => (status === "-" ? "left out" : status)).join(", "),
    );
    const name = entry.tests.map((test) => `\`${test}\``).join(", ");
    return row(pkg, name, ...statuses, entry.why);
  });
  return [...known, ...unexplained.map((one) => row(pkg, `\`${one.test}\``, one.slim, one.static, "not explained"))];
}

function row(pkg: string, ...cells: string[]): string {
  return `| \`${pkg}\` | ${cells.join(" | ")} |`;
}

/** Counts of passed, failed and skipped tests, such as "150" or "59, 2 skipped". */
function cell({ outcome, passed, failed, skipped }: SuiteResult): string {
  if (outcome === "no build") return outcome;
  const counts = [`${passed}`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  if (outcome === "crash" || outcome === "timeout") counts.push(outcome);
  return counts.join(", ");
}
