/** An API that prices shopping carts, with three routes and JSON in and out. */
import { products } from "./catalog.ts";
import { HttpError } from "./http-error.ts";
import { priceCart } from "./prices.ts";
import { Router } from "./router.ts";

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

const router = new Router();

router.add("GET", "/products", () => ({ products }));

router.add("GET", "/products/:id", ({ id }) => {
  const product = products.find((candidate) => candidate.id === id);
  if (product === undefined) throw new HttpError(404, `there is no product ${id}`);
  return product;
});

router.add("POST", "/carts/price", async (_, request) => {
  const cart: unknown = await request.json().catch(() => {
    throw new HttpError(400, "the body is not JSON");
  });
  return { ...priceCart(cart), currency: "EUR" };
});

export default {
  async fetch(request: Request, _env: object, context: Context): Promise<Response> {
    const started = performance.now();
    try {
      return Response.json(await router.handle(request));
    } catch (error) {
      // Other errors are not the client's mistake. The host logs their stack and answers 500.
      if (!(error instanceof HttpError)) throw error;
      return Response.json({ error: error.message }, { status: error.status, headers: error.headers });
    } finally {
      context.waitUntil(logAfterwards(request, started));
    }
  },
};

/** Runs after the client has its answer. */
async function logAfterwards(request: Request, started: number): Promise<void> {
  await Promise.resolve();
  console.log(request.method, new URL(request.url).pathname, `${(performance.now() - started).toFixed(1)} ms`);
}
