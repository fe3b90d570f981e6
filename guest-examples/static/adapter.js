const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Asks a fetch handler, in the terms of plinth:http. */
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
  // No early response in a static component: what is left to do is done before the answer.
  await Promise.allSettled(pending);
  return answered;
}
