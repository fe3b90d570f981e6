import type { Excerpt } from "./excerpt.ts";
import type { FailedView } from "./failed-view.ts";

/** The error page for a terminal. */
export function errorText(view: FailedView): string {
  const { request, status, code, message, reason, excerpts, stack, logged, buildFailure } = view;
  const parts = [`${code}: ${reason ?? message}`, `${request} was answered with ${status}.`];
  if (buildFailure !== null) parts.push(`The last build failed:\n${buildFailure}`);
  if (excerpts.length > 0) parts.push(excerptText(excerpts[0]!));
  if (stack !== null && stack !== reason) parts.push(stack.trimEnd());
  if (logged.length > 0) parts.push(`logged before:\n${logged.join("\n")}`);
  return `${parts.join("\n\n")}\n`;
}

function excerptText({ file, line, column, first, lines }: Excerpt): string {
  const width = String(first + lines.length - 1).length;
  const rows = lines.map((text, at) => {
    const number = first + at;
    return `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd();
  });
  return [`${file}:${line}${column === undefined ? "" : `:${column}`}`, ...rows].join("\n");
}
