import { expect, test } from "vitest";
import { protocolVersion } from "../../contract/procedures.ts";
import { pageOfRunning } from "./attach.ts";

const running = { kind: "elsewhere", url: "http://127.0.0.1:4100", token: "t", protocol: protocolVersion } as const;

function answering(body: unknown): typeof fetch {
  return () => Promise.resolve(Response.json(body));
}

test("asks the health line, and only then hands out the page with its key", async () => {
  const asked: string[] = [];
  const page = await pageOfRunning(running, (url) => {
    asked.push(String(url));
    return Promise.resolve(Response.json({ ok: true, protocol: protocolVersion }));
  });
  expect(asked).toEqual(["http://127.0.0.1:4100/health"]);
  expect(page).toEqual({ ok: true, value: "http://127.0.0.1:4100/#token=t" });
});

test.each([
  ["another version by its own word", { ok: true, protocol: protocolVersion + 1 }, "VERSION_MISMATCH"],
  ["no engine", { hello: "world" }, "UNAVAILABLE"],
])("refuses %s", async (_name, body, code) => {
  expect(await pageOfRunning(running, answering(body))).toMatchObject({ ok: false, error: { code } });
});

test("refuses an engine that does not answer, and one that is not on this machine", async () => {
  const silent = await pageOfRunning(running, () => Promise.reject(new Error("ECONNREFUSED")));
  expect(silent).toMatchObject({ ok: false, error: { code: "UNAVAILABLE", cause: "ECONNREFUSED" } });
  for (const url of ["http://example.com", "https://127.0.0.1:4100", "file:///tmp/page.html"]) {
    const page = await pageOfRunning({ ...running, url }, answering({ ok: true, protocol: protocolVersion }));
    expect(page).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  }
});
