import { Type } from "#typebox";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";
import type { Token } from "../store/store.ts";
import { createToken, fileTokenLabel } from "./auth.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, limitQuery, pageOf, timeSchema } from "./routes.ts";
import { answers } from "./schemas.ts";
import type { Withdrawals } from "./withdrawals.ts";

const newTokenSchema = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 100 }),
    tenant: Type.Optional(Type.String({ description: "for this tenant alone; the operator's if not given" })),
    expiresAt: Type.Optional(timeSchema),
  },
  closed,
);
const listQuery = Type.Object({ limit: Type.Optional(limitQuery), after: Type.Optional(Type.String()) }, closed);
const byIdSchema = Type.Object({ id: Type.String() });

export function tokenRoutes({ store, tokenLimit }: AdminDependencies, withdrawals: Withdrawals): AdminRoutes {
  return async (app) => {
    app.post(
      "/tokens",
      {
        config: { access: "operator", action: "token.create" },
        schema: {
          operationId: "createToken",
          summary: "Makes a token. The answer is the only one that shows it.",
          body: newTokenSchema,
          response: { 201: answers.newToken },
        },
      },
      async ({ body: { label, tenant, expiresAt } }, reply) => {
        if (label === fileTokenLabel)
          throw plinthError("PLINTH_BAD_REQUEST", ["the label belongs to the token of the data folder"]);
        const owner = tenant === undefined ? null : parseTenantName(tenant);
        const count = store.countTokens(owner);
        if (count >= tokenLimit) throw plinthError("PLINTH_TOKEN_LIMIT", [count, owner ?? "the operator"]);
        const { token, text } = await createToken(store, {
          label,
          tenant: owner,
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
        });
        return reply.code(201).send({ ...view(token), token: text });
      },
    );

    app.get(
      "/tokens",
      {
        config: { access: "operator" },
        schema: {
          operationId: "listTokens",
          summary: "Tokens, oldest first.",
          querystring: listQuery,
          response: { 200: answers.tokens },
        },
      },
      async ({ query }) => {
        const { items, next } = store.listTokens(pageOf(query));
        return { tokens: items.map(view), next };
      },
    );

    app.delete(
      "/tokens/:id",
      {
        config: { access: "operator", action: "token.delete" },
        schema: {
          operationId: "deleteToken",
          summary: "Voids a token from the next request on, and ends live views that it has opened.",
          params: byIdSchema,
          response: { 204: Type.Null() },
        },
      },
      async ({ params: { id } }, reply) => {
        await store.deleteToken(id);
        withdrawals.withdraw(id);
        return reply.code(204).send();
      },
    );

    app.get(
      "/token",
      {
        config: { access: "any" },
        schema: { operationId: "getToken", summary: "The token in use.", response: { 200: answers.token } },
      },
      async ({ token }) => view(token!),
    );
  };
}

/** Leaves out the hash, which helps nobody but those who try tokens offline. */
function view({ hash: _, ...token }: Token): Omit<Token, "hash"> {
  return token;
}
