/** Many visitors of a tenant, for tests of how it divides them. */
export interface Visit {
  readonly headers: Headers;
  /** What the visitor sends from now on: the first cookie that was set, as "NAME=VALUE". */
  readonly cookie: string;
}

/** How many are on their way at once. */
const AT_ONCE = 20;

/** @param visit is called `count` times */
export async function visitMany(count: number, visit: () => Promise<Response>): Promise<Visit[]> {
  const visits: Visit[] = [];
  let begun = 0;
  const visitor = async (): Promise<void> => {
    while (begun++ < count) {
      const response = await visit();
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`a visitor was answered with ${response.status}`);
      const [cookie = ""] = response.headers.getSetCookie();
      visits.push({ headers: response.headers, cookie: cookie.split(";")[0]! });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, visitor));
  return visits;
}
