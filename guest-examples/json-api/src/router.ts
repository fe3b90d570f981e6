import { HttpError } from "./http-error.ts";

type Parameters = Readonly<Record<string, string>>;
type Handler = (parameters: Parameters, request: Request) => unknown;

interface Route {
  readonly method: string;
  readonly pattern: readonly string[];
  readonly handler: Handler;
}

/** Finds routes by method and path. `:name` stands for one segment. */
export class Router {
  readonly #routes: Route[] = [];

  add(method: string, path: string, handler: Handler): void {
    this.#routes.push({ method, pattern: path.split("/"), handler });
  }

  /** @throws HttpError 404 for an unknown path, 405 for a known path with another method */
  async handle(request: Request): Promise<unknown> {
    const segments = new URL(request.url).pathname.split("/");
    const allowed = new Set<string>();
    for (const { method, pattern, handler } of this.#routes) {
      const parameters = match(pattern, segments);
      if (parameters === undefined) continue;
      if (method === request.method) return handler(parameters, request);
      allowed.add(method);
    }
    if (allowed.size === 0) throw new HttpError(404, "there is no such path");
    throw new HttpError(405, `the path does not take ${request.method}`, { allow: [...allowed].join(", ") });
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Parameters | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]!;
    if (part.startsWith(":") && segment !== "") parameters[part.slice(1)] = decodeURIComponent(segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}
