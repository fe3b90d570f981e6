/** CHANGELOG.md: a part for each release, the newest first, and above them what is not released yet. */

const UNRELEASED = "## Unreleased";

/**
 * Moves what is unreleased under a release.
 *
 * @param date YYYY-MM-DD
 * @throws Error if there is nothing to release, or the release is there already
 */
export function releasedChangelog(text: string, version: string, date: string): string {
  const title = `## ${version} `;
  if (text.includes(`\n${title}`)) throw new Error(`CHANGELOG.md has a part for ${version} already`);
  const start = text.indexOf(`\n${UNRELEASED}\n`);
  if (start === -1) throw new Error(`CHANGELOG.md has no part "${UNRELEASED}"`);
  const body = start + `\n${UNRELEASED}\n`.length;
  const next = text.indexOf("\n## ", body);
  const changes = text.slice(body, next === -1 ? undefined : next).trim();
  if (changes === "") throw new Error("CHANGELOG.md names no change since the last release");
  const rest = next === -1 ? "" : text.slice(next);
  return `${text.slice(0, body)}\n${title}(${date})\n\n${changes}\n${rest}`;
}
