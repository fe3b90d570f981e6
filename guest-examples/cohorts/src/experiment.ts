/** A/B: a hash of the number in a visitor's cookie decides which cohort the visitor belongs to. */
import { readCookie } from "./cookies.ts";

export interface Experiment {
  readonly name: string;
  readonly cohorts: readonly Cohort[];
}

interface Cohort {
  readonly name: string;
  /** The cohort's share, relative to the sum of all shares. */
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
    // A shared cache must not give this visitor's page to anybody else.
    "cache-control": "private",
    // The application counts by this field what each cohort does.
    "x-cohort": `${experiment.name}/${cohort.name}`,
  });
  if (known === null) {
    headers.set("set-cookie", `${COOKIE}=${visitor}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Lax`);
  }
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Plinths</title>`;
  const html = `${head}<h1>${cohort.headline}</h1></html>\n`;
  return new Response(html, { headers });
}

/** A visitor's position between 0 and 1. The experiment's name is hashed too, so that experiments divide differently. */
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
