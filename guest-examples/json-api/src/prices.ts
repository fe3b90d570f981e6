import { products } from "./catalog.ts";
import { HttpError } from "./http-error.ts";

interface Line {
  readonly id: string;
  readonly quantity: number;
  /** Sum in cents. */
  readonly sum: number;
}

/** Five or more pieces of a product take a tenth off that product's sum. */
const DISCOUNT_FROM = 5;

/** @throws HttpError 422 that names the wrong line */
export function priceCart(cart: unknown): { lines: readonly Line[]; total: number } {
  if (!Array.isArray(cart)) throw new HttpError(422, "a cart is an array of {id, quantity}");
  const lines = cart.map((entry: unknown, index): Line => {
    const { id, quantity } = (entry ?? {}) as { id?: unknown; quantity?: unknown };
    const product = products.find((candidate) => candidate.id === id);
    if (product === undefined) throw new HttpError(422, `line ${index + 1}: there is no product ${String(id)}`);
    if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 1) {
      throw new HttpError(422, `line ${index + 1}: the quantity is not a whole number from 1`);
    }
    const full = product.price * quantity;
    return { id: product.id, quantity, sum: quantity >= DISCOUNT_FROM ? Math.round(full * 0.9) : full };
  });
  return { lines, total: lines.reduce((total, line) => total + line.sum, 0) };
}
