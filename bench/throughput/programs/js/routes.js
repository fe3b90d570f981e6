/** The handlers that every JavaScript server of the benchmark has. They know nothing of the server that calls them. */
const tenant = "tenant-0000000";
const products = Array.from({ length: 64 }, (_, n) => ({ name: `Base <${n}>`, price: 1000 + 37 * n, left: n % 7 }));

export function hello() {
  return `hello from ${tenant}\n`;
}

/** @param {string} text JSON */
export function echo(text) {
  return JSON.stringify({ ...JSON.parse(text), from: tenant });
}

const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A page of 10 KB. */
export function page() {
  const rows = products.map(
    ({ name, price, left }) => `<tr class="product">
  <td class="name">${name.replace(/[&<>]/g, (character) => escaped[character])}</td>
  <td class="price">${(price / 100).toFixed(2)} EUR</td>
  <td class="left">${left === 0 ? "sold out" : `${left} left in stock`}</td>
</tr>`,
  );
  return `<!doctype html><title>${tenant}</title><table>${rows.join("\n")}</table>\n`;
}

/** Work of an interpreter or compiler alone: 8,361 calls. */
export function cpu() {
  return `${fibonacci(18)}\n`;
}

function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
