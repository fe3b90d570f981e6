/** A/B: visitors are divided by a hash of a number that they keep in a cookie. */
import { readCookie } from "./cookies.ts";

export interface Experiment {
  readonly name: string;
  readonly cohorts: readonly Cohort[];
}

interface Cohort {
  readonly name: string;
  /** Relative to the sum of all shares. */
  readonly share: number;
  readonly headline: string;
}

const COOKIE = "visitor";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export async function experimentPage(request: Request, experiment: Experiment): Promise<Response> {
  const known = readCookie(request, COOKIE);
  const visitor = known ?? crypto.randomUUID();
  const cohort = cohortOf(experiment, await position(experiment.name, visitor));
  const headers = new Headers({
    "content-type": "text/html; charset=utf-8",
    // Nobody else gets this visitor's page out of a cache.
    "cache-control": "private",
    // For the counting of what the cohorts do.
    "x-cohort": `${experiment.name}/${cohort.name}`,
  });
  if (known === null) {
    headers.set("set-cookie", `${COOKIE}=${visitor}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Lax`);
  }
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Plinths</title><h1>${cohort.headline}</h1></html>\n`;
  return new Response(html, { headers });
}

/** Where a visitor stands between 0 and 1. With the experiment's name, so that each experiment divides them differently. */
async function position(experiment: string, visitor: string): Promise<number> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${experiment} ${visitor}`));
  return new DataView(digest).getUint32(0) / 2 ** 32;
}

function cohortOf({ cohorts }: Experiment, position: number): Cohort {
  let rest = position * cohorts.reduce((sum, { share }) => sum + share, 0);
  for (const cohort of cohorts) {
    rest -= cohort.share;
    if (rest < 0) return cohort;
  }
  return cohorts.at(-1)!;
}
