/** Stripe's client: calls, pages, an error; and the webhook's check, in both its forms. */
import Stripe from "stripe";
import type { Env } from "./env.ts";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { protocol, hostname, port } = new URL(env.ORIGIN);
    const stripe = new Stripe("sk_test_1", {
      host: hostname,
      port,
      protocol: protocol.slice(0, -1) as "http",
      maxNetworkRetries: 0,
      telemetry: false,
    });
    if (request.method === "POST") {
      const body = await request.text();
      const signature = request.headers.get("stripe-signature") ?? "";
      const told = await stripe.webhooks
        .constructEventAsync(body, signature, "whsec_test", 1e9)
        .then(({ type }) => type)
        .catch((error: Error) => error.constructor.name);
      return Response.json({ told });
    }
    const customer = await stripe.customers.create({ name: "Zoë & Co", metadata: { a: "1" } });
    const ids: string[] = [];
    for await (const charge of stripe.charges.list({ limit: 2 })) ids.push(charge.id);
    const failed = await stripe.paymentIntents
      .create({ amount: 1, currency: "eur" })
      .catch((error: InstanceType<typeof Stripe.errors.StripeError>) => [error.type, error.code, error.message]);
    return Response.json({ customer: customer.id, ids, failed });
  },
};
