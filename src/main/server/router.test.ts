import { ORPCError } from "@orpc/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail, problem } from "../../contract/errors.ts";
import { contract } from "../../contract/procedures.ts";
import { createStand, own, sibling, type Stand } from "./test-stand.ts";

let stand: Stand;
beforeEach(() => {
  stand = createStand();
});
afterEach(() => stand.close());

async function errorOf(promise: Promise<unknown>): Promise<ORPCError<string, unknown>> {
  const thrown: unknown = await promise.then(
    () => "no error",
    (error: unknown) => error,
  );
  if (thrown instanceof ORPCError) return thrown;
  throw new Error(`Expected a typed error, got ${String(thrown)}`);
}

const human = () => stand.as({ kind: "human" }, "browser");

describe("commands", () => {
  it("are on record before they run, with who asked, through what, for how long, and how it ended", async () => {
    let before: unknown;
    stand.answer("interrupt", (_id, by) => {
      before = [by, [...stand.records]];
      return Promise.resolve(fail("CONFLICT", "Nothing runs.", "Wait."));
    });
    await errorOf(human().workstream.interrupt({ workstreamId: own, focusedMs: 1_200 }));
    const record = {
      id: "c00000001",
      name: "workstream.interrupt",
      actor: { kind: "human" },
      surface: "browser",
      workstreamId: own,
      focusedMs: 1_200,
      input: `{"workstreamId":"${own}"}`,
    };
    expect(before).toEqual([{ actor: { kind: "human" }, cause: "c00000001" }, [expect.objectContaining(record)]]);
    expect(stand.records).toEqual([
      expect.not.objectContaining({ outcome: expect.anything() }),
      expect.objectContaining({ ...record, outcome: "CONFLICT" }),
    ]);
  });

  it("open and close a terminal on record, while what is typed into it is on none", async () => {
    const { id } = await human().terminal.open({ workstreamId: own, cols: 80, rows: 24 });
    await human().terminal.write({ terminalId: id, text: "s3cret-word" });
    await human().terminal.close({ terminalId: id });
    expect(stand.asked.map(({ name }) => name)).toEqual(["openTerminal", "typed", "closeTerminal"]);
    expect(new Set(stand.records.map(({ name }) => name))).toEqual(new Set(["terminal.open", "terminal.close"]));
    expect(JSON.stringify(stand.records)).not.toContain("s3cret-word");
  });

  it("that carry a secret are on record by its name only, and tell it to nobody, not even when it is refused", async () => {
    await human().secret.set({ name: "OPENAI_API_KEY", value: "s3cret-value" });
    const refused = await errorOf(human().secret.set({ name: "OPENAI_API_KEY", value: "s3cret-value\nsecond line" }));
    const told = { code: refused.code, message: refused.message, data: refused.data };
    const listed = await human().secret.list();

    expect(stand.records.at(-1)).toMatchObject({
      name: "secret.set",
      input: '{"name":"OPENAI_API_KEY"}',
      outcome: "ok",
    });
    expect(listed.secrets.map(({ name }) => name)).toContain("OPENAI_API_KEY");
    expect(JSON.stringify([stand.records, stand.faults, listed, told])).not.toContain("s3cret-value");
  });

  it("repeated with the same key are carried out once and answered the same", async () => {
    const ask = () => human().workstream.start({ text: "do it", commandKey: "key-00001" });
    const [first, atOnce] = await Promise.all([ask(), ask()]);
    expect([atOnce, await ask()]).toEqual([first, first]);
    expect(stand.asked).toHaveLength(1);
  });

  it("repeated with the same key after a failure are answered with that failure", async () => {
    stand.answer("stop", () => Promise.resolve(fail("CONFLICT", "It stands.", "Look.")));
    const ask = () => human().workstream.stop({ workstreamId: own, commandKey: "key-00001" });
    expect([(await errorOf(ask())).message, (await errorOf(ask())).message]).toEqual(["It stands.", "It stands."]);
    expect(stand.records).toHaveLength(2);
  });

  it("may not share a key with another command", async () => {
    await human().workstream.stop({ workstreamId: own, commandKey: "key-00001" });
    const error = await errorOf(human().workstream.stop({ workstreamId: sibling, commandKey: "key-00001" }));
    expect([error.code, stand.asked.length]).toEqual(["CONFLICT", 1]);
  });

  const left = {
    id: "c90000000",
    at: 1,
    name: "workstream.steer",
    actor: { kind: "human" },
    surface: "cli",
    key: "key-00001",
    input: `{"workstreamId":"${own}","text":"go","when":"now"}`,
  } as const;
  const repeat = () => human().workstream.steer({ workstreamId: own, text: "go", commandKey: "key-00001" });

  it("that an earlier engine carried out are answered as they were then, and not carried out again", async () => {
    const first = [await repeat(), await human().workstream.stop({ workstreamId: own, commandKey: "key-00002" })];
    const { records } = stand;
    stand.close();
    stand = createStand();
    stand.records.push(...records.map((record) => ({ ...record, id: record.id.replace("c0", "c9") })));
    expect([await repeat(), await human().workstream.stop({ workstreamId: own, commandKey: "key-00002" })]).toEqual(
      first,
    );
    expect(stand.asked).toEqual([]);
  });

  it("whose answer was too long to keep are not carried out again, and say so", async () => {
    stand.records.push({ ...left, outcome: "ok" });
    expect([(await errorOf(repeat())).message, stand.asked]).toEqual([expect.stringContaining("not kept"), []]);
  });

  it("that an earlier engine died over are carried out if nothing came of them", async () => {
    stand.records.push(left);
    expect([await repeat(), await repeat()]).toEqual([{ wordsId: "m00000001" }, { wordsId: "m00000001" }]);
    expect(stand.asked).toHaveLength(1);
    expect(stand.asked[0]?.args.at(-1)).toEqual({ actor: { kind: "human" }, cause: left.id });
  });

  it("that an earlier engine died over are left to the human if something did", async () => {
    stand.records.push({ ...left, caused: true });
    const error = await errorOf(repeat());
    expect([error.code, error.message, stand.asked]).toEqual(["CONFLICT", expect.stringContaining("may have"), []]);
  });

  it("are refused while nothing can be stored", async () => {
    stand.setTrouble(problem("DISK_FULL", "The disk is full.", "Free some space."));
    const error = await errorOf(human().workstream.stop({ workstreamId: own }));
    expect([error.code, error.data, stand.asked]).toEqual(["DISK_FULL", { next: "Free some space." }, []]);
    await expect(human().workstream.list()).resolves.toHaveLength(2);
  });
});

describe("errors", () => {
  it("carry the code, sentence, cause and next step of an expected failure, with its status", async () => {
    stand.answer("steer", () => Promise.resolve(fail("FROZEN", "It is frozen.", "Thaw it.", "a damaged row")));
    const error = await errorOf(human().workstream.steer({ workstreamId: own, text: "x" }));
    expect({ ...error.toJSON() }).toEqual({
      defined: true,
      code: "FROZEN",
      status: 423,
      message: "It is frozen.",
      data: { next: "Thaw it.", cause: "a damaged row" },
    });
  });

  it("tell nothing of the code behind what nobody foresaw, and are reported", async () => {
    stand.answer("note", () => Promise.reject(new Error("secret /path")));
    const error = await errorOf(
      stand.as({ kind: "workstream", id: own }).workstream.note({ workstreamId: own, text: "x" }),
    );
    expect(JSON.stringify(error.toJSON())).not.toMatch(/secret|at .*\.ts/);
    expect([error.code, stand.faults.length]).toEqual(["INTERNAL", 1]);
    expect(stand.records.at(-1)).toMatchObject({ outcome: "INTERNAL" });
  });

  it("name what is wrong with an input", async () => {
    const error = await errorOf(human().workstream.steer({ workstreamId: own, text: "x".repeat(32_001) }));
    expect([error.code, error.status]).toEqual(["BAD_REQUEST", 400]);
    expect(error.data).toMatchObject({ cause: expect.stringContaining("text:"), next: expect.any(String) });
    expect(stand.records).toEqual([]);
  });

  it("say that a workstream is unknown", async () => {
    const error = await errorOf(human().workstream.transcript({ workstreamId: "w99999999" }));
    expect(error.code).toBe("NOT_FOUND");
  });
});

describe("answers", () => {
  it("fit the contract, which the server itself does not check", async () => {
    const client = human();
    const answers: readonly [{ readonly "~orpc": { readonly outputSchema?: unknown } }, unknown][] = [
      [contract.engine.hello, await client.engine.hello()],
      [contract.engine.doctor, await client.engine.doctor()],
      [contract.project.list, await client.project.list()],
      [contract.workstream.list, await client.workstream.list()],
      [contract.workstream.show, await client.workstream.show({ workstreamId: own })],
      [contract.workstream.diff, await client.workstream.diff({ workstreamId: own })],
      [contract.workstream.start, await client.workstream.start({ text: "x", attempts: 2 })],
      [contract.attention.list, await client.attention.list()],
    ];
    for (const [procedure, answer] of answers) {
      const schema = procedure["~orpc"].outputSchema as { parse(value: unknown): unknown };
      expect(schema.parse(answer)).toEqual(answer);
    }
  });
});

it("tells a workstream where it conflicts with its base, and nothing of its siblings", async () => {
  const commit = "a".repeat(40);
  stand.tell({
    type: "forecast.made",
    workstreamId: own,
    forecast: {
      head: commit,
      base: commit,
      conflict: { files: ["src/a.ts"] },
      overlaps: [{ workstreamId: sibling, conflicts: true, files: ["src/b.ts"] }],
      moreOverlaps: 2,
      at: 1,
    },
  });
  const shown = async (kind: "human" | "workstream") => {
    const principal = kind === "human" ? { kind } : { kind, id: own };
    return (await stand.as(principal, "tool").workstream.show({ workstreamId: own })).workstream.forecast;
  };
  expect((await shown("human"))?.overlaps).toHaveLength(1);
  expect(await shown("workstream")).toEqual({
    head: commit,
    base: commit,
    conflict: { files: ["src/a.ts"] },
    overlaps: [],
    at: 1,
  });
});
