import { Type } from "#typebox";
import { plinthError } from "../errors.ts";
import { type LogFilter, logLevels } from "../observe/log-line.ts";
import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, limitQuery, numberText, tenantParams } from "./routes.ts";
import { answers } from "./schemas.ts";
import type { Withdrawals } from "./withdrawals.ts";

const filterProperties = {
  level: Type.Optional(Type.Enum([...logLevels], { description: "lines of this level and above" })),
  search: Type.Optional(Type.String({ maxLength: 1000, description: "lines with this text, in upper or lower case" })),
};
const timeText = Type.String({ pattern: "^[0-9]{1,15}$", description: "ms since the epoch" });
const readQuery = Type.Object(
  {
    ...filterProperties,
    since: Type.Optional(timeText),
    until: Type.Optional(timeText),
    before: Type.Optional(numberText),
    after: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
    limit: Type.Optional(limitQuery),
  },
  closed,
);
const tailQuery = Type.Object({ ...filterProperties, requests: Type.Optional(Type.Enum(["true", "false"])) }, closed);

/** Lines given where the request names no number. */
const DEFAULT_LINES = 100;

export function logRoutes({ store, logs }: AdminDependencies, withdrawals: Withdrawals): AdminRoutes {
  return async (app) => {
    app.get(
      "/tenants/:name/logs",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "readLogs",
          summary: "Lines of a tenant's log, oldest first: the last ones, or those before or after a place in it.",
          params: tenantParams,
          querystring: readQuery,
          response: { 200: answers.logs },
        },
      },
      async ({ params, query: { level, search, ...numbers } }) => {
        if (numbers.before !== undefined && numbers.after !== undefined)
          throw plinthError("PLINTH_BAD_REQUEST", ["before and after exclude each other"]);
        const { name } = store.getTenant(parseTenantName(params.name));
        const given = Object.entries(numbers).map(([key, text]) => [key, Number(text)]);
        const where: { since?: number; until?: number; before?: number; after?: number; limit?: number } =
          Object.fromEntries(given);
        return logs.read({ tenant: name, limit: DEFAULT_LINES, ...filterOf({ level, search }), ...where });
      },
    );

    app.get(
      "/tenants/:name/tail",
      {
        // The answer to a HEAD would be an endless view that nobody sees.
        exposeHeadRoute: false,
        config: { access: "tenant" },
        schema: {
          operationId: "tailLogs",
          summary: "Streams a tenant's log lines from now on, one JSON document a line.",
          params: tenantParams,
          querystring: tailQuery,
          response: { 200: { content: { "application/x-ndjson": { schema: Type.Ref("LogLine#") } } } },
        },
      },
      async ({ params, query, token }, reply) => {
        const { name } = store.getTenant(parseTenantName(params.name));
        const tail = logs.tail(name, { ...filterOf(query), requests: query.requests === "true" });
        // Lines that wait for a slow reader are not sent any more, because the reader has no right to them.
        tail.once(
          "close",
          withdrawals.watch(token!, () => tail.destroy()),
        );
        // A connection that stays open with nothing to send would hold up the host's shutdown.
        return reply.type("application/x-ndjson").header("connection", "close").send(tail);
      },
    );

    app.addHook("preClose", async () => logs.endTails());
  };
}

function filterOf({
  level,
  search,
}: {
  level?: LogFilter["level"] | undefined;
  search?: string | undefined;
}): LogFilter {
  return { ...(level === undefined ? {} : { level }), ...(search === undefined ? {} : { search }) };
}
