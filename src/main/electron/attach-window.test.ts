import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { protocolVersion } from "../../contract/procedures.ts";
import type { Tally } from "../../contract/tally.ts";
import { desktop, item, settled } from "./test-desktop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const elsewhere = { kind: "elsewhere", url: "http://127.0.0.1:4100", token: "s3cret", protocol: protocolVersion };

/** A server of another program: healthy until it is ended, with this to say of its fleet. */
function server(tally: Tally = { working: 0, waiting: 0, items: [] }) {
  let isUp = true;
  const asked: { url: string; authorization: string | null }[] = [];
  const answer: typeof fetch = async (url, init) => {
    await Promise.resolve();
    if (!isUp) throw new TypeError("fetch failed");
    asked.push({ url: String(url), authorization: new Headers(init?.headers).get("authorization") });
    if (String(url).endsWith("/health")) return Response.json({ ok: true, protocol: protocolVersion });
    return Response.json({ json: tally });
  };
  return { answer, asked, end: () => void (isUp = false), comeBack: () => void (isUp = true) };
}

async function attached(running = server()) {
  const host = await desktop({ fetch: running.answer });
  host.seen.children[0]!.emit("message", elsewhere);
  host.seen.children[0]!.die(0);
  await settled();
  return host;
}

test("shows the page of an engine that already runs for this home", async () => {
  const { seen } = await attached();
  expect(seen.windows[0]!.url).toBe("http://127.0.0.1:4100/#token=s3cret");
  expect(seen.children).toHaveLength(1);
  expect(seen.dialogs).toEqual([]);
});

test("names the address of a running engine of another version instead of showing it", async () => {
  const { seen } = await desktop({ fetch: server().answer });
  seen.children[0]!.emit("message", { ...elsewhere, protocol: protocolVersion + 1 });
  seen.children[0]!.die(0);
  await settled();

  expect(seen.windows[0]!.url).toBe("app://coxswain/");
  expect(seen.dialogs[0]!.options.message).toContain("at http://127.0.0.1:4100");
  expect(JSON.stringify(seen.dialogs[0]!.options)).not.toContain("s3cret");
});

test("counts and tells what waits in the other engine too, asked with its key", async () => {
  const running = server({ working: 3, waiting: 1, items: [item(7)] });
  const { seen } = await attached(running);
  expect(running.asked.at(-1)).toEqual({
    url: "http://127.0.0.1:4100/rpc/engine/tally",
    authorization: "Bearer s3cret",
  });
  expect(seen.trays[0]!.tip).toBe("Coxswain · 1 blocking · 3 working");
  expect(seen.notifications).toHaveLength(1);
});

test("falls back to an engine of its own when the other one is gone, and not when it was only slow", async () => {
  const running = server();
  const { seen } = await attached(running);
  running.end();
  await vi.advanceTimersByTimeAsync(6_000);
  running.comeBack();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(seen.children).toHaveLength(1);

  running.end();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(seen.children).toHaveLength(2);
  expect(seen.windows[0]!.url).toBe("app://coxswain/");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen.children).toHaveLength(2);
});

test("attaches again when yet another engine has taken the home meanwhile", async () => {
  const running = server();
  const { seen } = await attached(running);
  running.end();
  await vi.advanceTimersByTimeAsync(12_000);
  running.comeBack();
  seen.children[1]!.emit("message", elsewhere);
  seen.children[1]!.die(0);
  await settled();
  expect(seen.windows[0]!.url).toBe("http://127.0.0.1:4100/#token=s3cret");
});

test("quits at once although agents work there: they stay with their server", async () => {
  const { electron, seen } = await attached(server({ working: 5, waiting: 0, items: [] }));
  electron.app.quit();
  await settled();
  expect(seen.dialogs).toEqual([]);
  expect(seen.log.at(-1)).toBe("over");
});
