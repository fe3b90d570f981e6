/** Makes many visits to a tenant, for tests of how the tenant divides its visitors. */
export interface Visit {
  readonly headers: Headers;
  /** The first cookie of the response, as "NAME=VALUE". The visitor sends it from now on. */
  readonly cookie: string;
}

/** Number of visits under way at once. */
const AT_ONCE = 20;

/** @param visit makes one visit */
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
