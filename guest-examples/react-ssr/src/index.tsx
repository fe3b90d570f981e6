/** React renders these pages on the server, from products in KV. */
import type { ReactElement } from "react";
import { renderToReadableStream } from "react-dom/server";
import { findProduct, listProducts } from "./catalogue.ts";
import type { Env } from "./env.ts";
import { Catalogue, Page, ProductPage } from "./pages.tsx";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (path === "/") return render(<Catalogue products={listProducts(env)} currency={env.CURRENCY} />);
    const [, id] = /^\/products\/([^/]{1,300})$/.exec(path) ?? [];
    const product = id === undefined ? null : await findProduct(env, decoded(id));
    if (product !== null) return render(<ProductPage product={product} currency={env.CURRENCY} />);
    return render(<Page title="Not found">There is no such page.</Page>, 404);
  },
};

async function render(page: ReactElement, status = 200): Promise<Response> {
  let failure: { error: unknown } | undefined;
  const stream = await renderToReadableStream(page, {
    onError: (error) => {
      failure ??= { error };
    },
  });
  // The page goes out complete, so the browser needs no script.
  await stream.allReady;
  if (failure !== undefined) throw failure.error;
  return new Response(stream, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Decodes a segment. A segment that is not UTF-8 stays as it is, and no product has such an id. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
