/** Cron expressions of Workers as Plinth writes them. */

/**
 * Workers count the days of the week from 1, which is Sunday. Plinth counts as cron does: 0 is Sunday.
 *
 * @param text five fields; any other text is returned as it is
 */
export function plinthCron(text: string): string {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return text;
  const days = fields[4]!
    .split(",")
    .map((part) => part.replace(/^[1-7](?:-[1-7])?(?![0-9])/, shifted))
    .join(",");
  return [...fields.slice(0, 4), days].join(" ");
}

function shifted(range: string): string {
  return range.replaceAll(/[1-7]/g, (day) => String(Number(day) - 1));
}
