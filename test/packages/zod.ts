/** A body that zod checks: its mistakes or its parsed form, and the schema as JSON. */
import { z } from "zod";

const order = z
  .object({
    id: z.uuid(),
    mail: z.email().transform((mail) => mail.toLowerCase()),
    at: z.iso.datetime().pipe(z.coerce.date()),
    lines: z.array(z.object({ sku: z.string().regex(/^[A-Z]{2}-\d+$/), count: z.int().positive() })).min(1),
    pay: z.discriminatedUnion("by", [
      z.object({ by: z.literal("card"), last4: z.string().length(4) }),
      z.object({ by: z.literal("invoice"), days: z.number().max(90).default(30) }),
    ]),
    note: z.string().trim().max(20).optional(),
  })
  .strict()
  .refine(({ lines }) => new Set(lines.map(({ sku }) => sku)).size === lines.length, { message: "a sku comes twice" });

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return Response.json(z.toJSONSchema(order, { io: "input" }));
    const parsed = await order.safeParseAsync(await request.json());
    if (parsed.success) return Response.json(parsed.data);
    return Response.json({ issues: parsed.error.issues, tree: z.treeifyError(parsed.error) }, { status: 422 });
  },
};
