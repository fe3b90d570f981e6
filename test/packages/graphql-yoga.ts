/** A GraphQL server: queries, variables, a mutation, errors, and a subscription as events. */
import { createSchema, createYoga } from "graphql-yoga";

const notes = new Map([["1", { id: "1", text: "first" }]]);

const schema = createSchema({
  typeDefs: `
    type Note { id: ID! text(upper: Boolean = false): String! }
    type Query { note(id: ID!): Note notes: [Note!]! fails: String agent: String }
    type Mutation { add(text: String!): Note! }
    type Subscription { count(to: Int!): Int! }
  `,
  resolvers: {
    Query: {
      note: (_, { id }: { id: string }) => notes.get(id),
      notes: () => [...notes.values()],
      fails: () => {
        throw new Error("a secret of the inside");
      },
      agent: (_, __, { request }: { request: Request }) => request.headers.get("x-agent"),
    },
    Note: { text: ({ text }: { text: string }, { upper }: { upper: boolean }) => (upper ? text.toUpperCase() : text) },
    Mutation: {
      add(_, { text }: { text: string }) {
        const note = { id: String(notes.size + 1), text };
        notes.set(note.id, note);
        return note;
      },
    },
    Subscription: {
      count: {
        async *subscribe(_: unknown, { to }: { to: number }) {
          for (let count = 1; count <= to; count++) yield { count };
        },
      },
    },
  },
});

const yoga = createYoga({ schema, graphqlEndpoint: "*", logging: false });

export default { fetch: (request: Request): Response | Promise<Response> => yoga.fetch(request) };
