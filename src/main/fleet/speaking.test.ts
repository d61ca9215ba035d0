import { describe, expect, it } from "vitest";
import { ok, unwrap } from "../../contract/errors.ts";
import type { RequestBody } from "../../contract/requests.ts";
import { human, openFleet } from "./test-stand.ts";
import { withoutTooMuch } from "./too-much.ts";

/* What an author says by itself: notes, plans, questions and what it asks to be allowed. */

const secret = "s".repeat(42) + "_";
const doors = { openDoors: () => Promise.resolve(ok({ url: "http://x", env: { COXSWAIN_CAPABILITY: secret } })) };
const question = (text: string) => [{ id: "q", header: "", text, options: [], freeText: true }];

describe("what an author says", () => {
  it("does not tell its capability, wherever it puts it", async () => {
    const { fleet, start, thread, journal } = await openFleet({ deps: doors });
    const { id } = await start();
    const author = { actor: { kind: "workstream" as const, id } };
    unwrap(await fleet.note(id, `Mine is ${secret}.`, author));
    unwrap(await fleet.setPlan(id, [{ text: `Use ${secret}`, status: "pending" }], author));
    unwrap(await fleet.ask(id, question(`Is ${secret} right?`), author));
    const offers: RequestBody = {
      kind: "command",
      command: `curl ${secret}`,
      folder: "/w",
      reason: secret,
      offers: ["decline"],
    };
    await thread(id).say({ kind: "request", requestKey: "1", body: offers });
    await thread(id).say({ kind: "plan", steps: [{ text: secret, status: "done" }] });
    await thread(id).say({
      kind: "error",
      problem: { code: "INTERNAL", message: `No ${secret}`, next: "None." },
      willRetry: true,
    });
    const item = {
      id: "e",
      ended: true,
      truncated: false,
      body: {
        kind: "edit" as const,
        status: "completed" as const,
        files: [{ path: `/w/${secret}`, change: "added" as const }],
      },
    };
    await thread(id).say({ kind: "item", item });
    const turn = thread(id).sent.length;
    await thread(id).end("failed");
    expect(turn).toBe(1);
    const told = JSON.stringify(journal.told);
    expect(told).not.toContain(secret);
    expect(told.split("[capability]").length).toBeGreaterThan(8);
  });

  it("is said with a capability that ends with its thread", async () => {
    const live = new Set<string>();
    let minted = 0;
    const openDoors = () => {
      const token = `token-${(minted += 1)}`;
      live.add(token);
      const shut = () => void live.delete(token);
      return Promise.resolve(ok({ url: "http://x", env: { COXSWAIN_CAPABILITY: token }, shut }));
    };
    const { start, thread, fleet } = await openFleet({ deps: { openDoors } });
    const { id } = await start();
    expect([...live]).toEqual(["token-1"]);
    await thread(id).die();
    await expect.poll(() => [...live]).toEqual(["token-2"]);
    unwrap(await fleet.archive(id, human));
    await expect.poll(() => [...live]).toEqual([]);
  });

  it("is noted and asked a few times in a minute, and not more", async () => {
    const { fleet, start, clock } = await openFleet();
    const { id } = await start();
    const author = { actor: { kind: "workstream" as const, id } };
    const notes = async () => {
      for (let nth = 1; ; nth += 1) {
        const noted = await fleet.note(id, "Note.", author);
        if (!noted.ok) return [nth - 1, noted.error.code];
      }
    };
    const asks = async () => {
      for (let nth = 1; ; nth += 1) {
        const asked = await fleet.ask(id, question("Which?"), author);
        if (!asked.ok) return [nth - 1, asked.error.code];
      }
    };
    expect(await notes()).toEqual([20, "TOO_MANY"]);
    expect(await asks()).toEqual([5, "TOO_MANY"]);
    unwrap(await fleet.note(id, "The human's own.", human));
    await clock.pass(61_000);
    expect(await notes()).toEqual([20, "TOO_MANY"]);
    expect(await asks()).toEqual([5, "TOO_MANY"]);
  });
});

describe("what an author may not read", () => {
  it("is looked up for each thread: a login may have been made since", async () => {
    const hidden = ["/home/me/.coxswain"];
    const { start, thread } = await openFleet({ deps: { hidden: () => Promise.resolve([...hidden]) } });
    const hiddenFrom = async () => {
      const { confinement } = thread((await start()).id).options;
      return confinement.mode === "none" ? undefined : confinement.hidden;
    };
    expect(await hiddenFrom()).toEqual(hidden);
    hidden.push("/home/me/.netrc");
    expect(await hiddenFrom()).toEqual(["/home/me/.coxswain", "/home/me/.netrc"]);
  });
});

describe("what an author asks to be opened", () => {
  const edit = (opens?: string): RequestBody => ({
    kind: "edit",
    paths: ["/tmp/x"],
    ...(opens === undefined ? {} : { opens }),
    reason: "Please.",
    offers: ["accept", "accept-for-thread", "decline", "cancel"],
  });
  const guarded = ["/home/me/.coxswain", "/home/me/.ssh", "/repo/.git"];
  const own = "/home/me/.coxswain/worktrees/p/w";

  it.each([
    "/",
    "/home/me",
    "/home/me/.ssh",
    "/home/me/.ssh/keys",
    "/repo",
    "/home/me/.coxswain/worktrees/p",
    "/tmp/../home/me",
  ])("can only be declined when it is %s, and says what it would open", (opens) => {
    const body = withoutTooMuch(edit(opens), guarded, own);
    expect(body).toMatchObject({
      offers: ["decline", "cancel"],
      reason: /^Cannot be allowed: .* would open .*Please\.$/,
    });
  });

  it.each([undefined, "/tmp/build", "/repository", `${own}/deep`])("is asked as it is when it is %s", (opens) => {
    expect(withoutTooMuch(edit(opens), guarded, own)).toEqual(edit(opens));
  });

  it("can only be declined as a wider right of the sandbox, in whatever shape it is asked", () => {
    const wanted = JSON.stringify({
      permissions: { fileSystem: { read: ["/home/me"] } },
      command: "/bin/ls",
      folder: own,
    });
    const body: RequestBody = { kind: "permissions", wanted, reason: "", offers: ["accept", "decline"] };
    expect(withoutTooMuch(body, guarded, own)).toMatchObject({ offers: ["decline"] });
    const network: RequestBody = {
      ...body,
      wanted: JSON.stringify({ network: { enabled: true }, command: "/repo/x" }),
    };
    expect(withoutTooMuch(network, guarded, own)).toEqual(network);
  });
});
