const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Calls a fetch handler with a request of plinth:http. */
export async function answer(application, { method, uri, headers, body }) {
  const bodyless = method === "GET" || method === "HEAD";
  const request = new Request(uri, {
    method,
    headers: headers.map(([name, value]) => [name, decoder.decode(value)]),
    ...(bodyless ? {} : { body }),
  });
  const pending = [];
  const context = { waitUntil: (promise) => void pending.push(promise), passThroughOnException() {} };
  const response = await application.fetch(request, {}, context);
  const answered = {
    status: response.status,
    headers: [...response.headers].map(([name, value]) => [name, encoder.encode(value)]),
    body: new Uint8Array(await response.arrayBuffer()),
  };
  // A static component has no early response, so the remaining work is done before the answer.
  await Promise.allSettled(pending);
  return answered;
}
