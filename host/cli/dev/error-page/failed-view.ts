/** The facts of an error page, whatever its format. */
import type { FailedRequest } from "../../../ingress/error-pages.ts";
import type { Project } from "../../../toolchain/project.ts";
import { watchedFolders } from "../watch-project.ts";
import { type Excerpt, excerptOf } from "./excerpt.ts";

export interface FailedView {
  /** "GET /cart", shortened. */
  readonly request: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The exception that the program has thrown, without its stack; null if the request failed otherwise. */
  readonly reason: string | null;
  /** The places in the project's sources, the innermost first. */
  readonly excerpts: readonly Excerpt[];
  /** The whole report with its stack, mapped to the sources; null for none. */
  readonly stack: string | null;
  /** Other lines that the request has logged. */
  readonly logged: readonly string[];
  /** The reason for which the last build or deploy failed; null if it did not. */
  readonly buildFailure: string | null;
}

const EXCERPTS = 5;
const URL_CHARACTERS = 300;

export async function viewOf(
  { method, url, error, lines }: FailedRequest,
  project: Project,
  buildFailure: string | null,
): Promise<FailedView> {
  const reports = lines.filter(({ level, source }) => level === "error" && source === "host");
  const last = reports.at(-1) ?? lines.findLast(({ level }) => level === "error");
  const failure = last && (project.language.readFailure?.(last.message, project.source) ?? null);
  const { folder, source, language } = project;
  const roots = watchedFolders(project);
  const folders = { folder, source, roots, ignored: language.project.ignored ?? [] };
  const excerpts = await Promise.all((failure?.frames ?? []).map((frame) => excerptOf(frame, folders)));
  return {
    request: `${method} ${url.slice(0, URL_CHARACTERS)}`,
    status: error.status,
    code: error.code,
    message: error.message,
    reason: error.code === "PLINTH_TENANT_EXCEPTION" ? (failure?.reason ?? last?.message ?? null) : null,
    excerpts: excerpts.filter((excerpt) => excerpt !== null).slice(0, EXCERPTS),
    stack: last?.message ?? null,
    logged: lines.filter((line) => line !== last).map(({ level, message }) => `${level.padEnd(5)} ${message}`),
    buildFailure,
  };
}
