/** A live view of a log ends with the right to it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseTenantName } from "../store/names.ts";
import { startTestAdmin, type TestAdmin } from "./admin.fixture.ts";
import { createToken } from "./auth.ts";
import { Withdrawals } from "./withdrawals.ts";

const alice = parseTenantName("alice");
let admin: TestAdmin;
beforeEach(async () => {
  admin = await startTestAdmin();
  admin.store.onChange(({ tenant, kind }) => {
    if (kind === "tenant-deleted") admin.logs.forget(tenant);
  });
  await admin.store.createTenant(alice);
});
afterEach(() => admin[Symbol.asyncDispose]());

const tokenUntil = (expiresAt: string | null) => createToken(admin.store, { label: "t", tenant: alice, expiresAt });

/** Opens a view. @returns what is fulfilled when the host has ended it, in whichever way */
async function tail(text: string): Promise<{ ended: Promise<void>; isOpen: () => boolean }> {
  const headers = { authorization: `Bearer ${text}` };
  const response = await fetch(`${admin.base}/v1/tenants/alice/tail`, { headers });
  expect(response.status).toBe(200);
  let open = true;
  const ended = response
    .text()
    .catch(() => {})
    .then(() => {
      open = false;
    });
  return { ended, isOpen: () => open };
}

test("when its token is deleted, and no other view", async () => {
  const [first, second] = [await tokenUntil(null), await tokenUntil(null)];
  const [gone, stays] = [await tail(first.text), await tail(second.text)];
  await admin.call("DELETE", `/v1/tokens/${first.token.id}`);
  await gone.ended;
  expect(stays.isOpen()).toBe(true);
});

test("when its token is over", async () => {
  // The view must be open before: on a busy machine, that takes a while.
  const { text } = await tokenUntil(new Date(Date.now() + 6_000).toISOString());
  await (await tail(text)).ended;
});

test("when its tenant is deleted", async () => {
  const open = await tail((await tokenUntil(null)).text);
  await admin.call("DELETE", "/v1/tenants/alice");
  await open.ended;
});

test("not before its token is over, if that is further away than a timer of Node reaches", async () => {
  const day = 24 * 3_600_000;
  const { token } = await tokenUntil(new Date(Date.now() + 60 * day).toISOString());
  vi.useFakeTimers();
  try {
    const end = vi.fn();
    new Withdrawals().watch(token, end);
    vi.advanceTimersByTime(59 * day);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2 * day);
    expect(end).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
