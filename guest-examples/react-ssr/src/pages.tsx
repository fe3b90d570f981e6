import { type ReactNode, Suspense, use } from "react";
import type { Product } from "./catalogue.ts";

export function Page({ title, children }: { title: string; children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>{title}</title>
      </head>
      <body>
        <header>
          <a href="/">Catalogue</a>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** Renders the products. React and the response wait until they are read. */
export function Catalogue({ products, currency }: { products: Promise<Product[]>; currency: string }) {
  return (
    <Page title="Catalogue">
      <h1>Catalogue</h1>
      <Suspense>
        <ProductList products={products} currency={currency} />
      </Suspense>
    </Page>
  );
}

function ProductList({ products, currency }: { products: Promise<Product[]>; currency: string }) {
  const all = use(products);
  if (all.length === 0) return <p>There is nothing yet.</p>;
  return (
    <ul>
      {all.map(({ id, name, price }) => (
        <li key={id}>
          <a href={`/products/${encodeURIComponent(id)}`}>{name}</a> <Price amount={price} currency={currency} />
        </li>
      ))}
    </ul>
  );
}

export function ProductPage({ product, currency }: { product: Product; currency: string }) {
  return (
    <Page title={product.name}>
      <h1>{product.name}</h1>
      <p>{product.description}</p>
      <Price amount={product.price} currency={currency} />
    </Page>
  );
}

function Price({ amount, currency }: { amount: number; currency: string }) {
  return (
    <data value={amount / 100}>
      {(amount / 100).toFixed(2)} {currency}
    </data>
  );
}
