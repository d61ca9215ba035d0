import { expect, it } from "vitest";
import { fold } from "../../contract/fold.ts";
import { ok, unwrap } from "../../contract/errors.ts";
import type { Item } from "../../contract/items.ts";
import { workstreamSchema } from "../../contract/states.ts";
import { aRow, calm, human, openFleet, stateOf } from "./test-stand.ts";

const ran = (ordinal: number, command: string, exitCode: number): Item => ({
  id: `i${ordinal}`,
  workstreamId: "w00000001",
  ordinal,
  at: ordinal,
  body: { kind: "command", command, folder: "/", status: "completed", output: "", exitCode },
});

async function three() {
  const stand = await openFleet();
  const rows = unwrap(await stand.fleet.start({ text: "Do it", attempts: 3 }, human));
  await calm();
  return { ...stand, ids: rows.map(({ id }) => id) };
}

it("keeps one attempt, puts the others away with it, and has the reason on record", async () => {
  const { fleet, ids, row, journal } = await three();
  const [first = "", second = "", third = ""] = ids;
  unwrap(await fleet.keep(second, { over: [first, third], why: "smaller" }, human));
  expect([first, second, third].map((id) => row(id).phase === "archived")).toEqual([true, false, true]);
  expect(row(second).kept).toMatchObject({ why: "smaller", over: [first, third] });
  expect(journal.events("attempt.kept")).toHaveLength(1);
});

it("takes the choice back when one of the others is brought back", async () => {
  const { fleet, ids, row } = await three();
  const [first = "", second = "", third = ""] = ids;
  unwrap(await fleet.keep(second, { over: [first, third], why: "tested" }, human));
  unwrap(await fleet.unarchive(third, human));
  expect(row(second)).not.toHaveProperty("kept");
  expect(row(third).phase).not.toBe("archived");
});

it("refuses to choose among what is no attempt at the same ticket, and one that is put away", async () => {
  const { fleet, ids, start } = await three();
  const [first = "", second = ""] = ids;
  const other = await start({ text: "Something else" });
  const kept = (id: string, over: string[]) => fleet.keep(id, { over, why: "why" }, human);
  expect(await kept(first, [other.id])).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
  expect(await kept(first, [first])).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
  expect(await kept("w99999999", [first])).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  unwrap(await fleet.archive(first, human));
  expect(await kept(first, [second])).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
});

it("tells of each attempt what it changed, what looks like its tests, and what its author said last", async () => {
  const commands = [ran(9, "npm test", 0), ran(7, "cat test/a.ts", 0), ran(5, "npm test", 1)];
  const said: Item = { ...ran(3, "", 0), body: { kind: "message", text: "Done." } };
  const stand = await openFleet({
    git: {
      betweenCommits: () =>
        Promise.resolve(
          ok({
            files: [
              {
                path: "a.ts",
                change: "modified",
                added: 3,
                removed: 1,
                binary: false,
                oldMode: "100644",
                newMode: "100644",
                oldId: "a",
                newId: "b",
              },
            ],
            patch: Buffer.alloc(0),
            patchTruncated: false,
          }),
        ),
      commitsBetween: () =>
        Promise.resolve(ok({ commits: [{ id: "c".repeat(40), at: 5, subject: "One" }], more: true })),
    },
  });
  stand.deps.storage.newestItems = (_id, { kind }) => Promise.resolve(ok(kind === "command" ? commands : [said]));
  const [first] = unwrap(await stand.fleet.start({ text: "Do it", attempts: 2 }, human));
  await calm();
  const told = unwrap(await stand.fleet.compare(first?.id ?? ""));
  expect(told.attempts).toHaveLength(2);
  expect(told.attempts[0]).toMatchObject({
    added: 3,
    removed: 1,
    files: [{ path: "a.ts", change: "modified" }],
    commits: [{ subject: "One" }],
    moreCommits: true,
    tests: [{ command: "npm test", exitCode: 0, ordinal: 9, times: 2 }],
    message: { text: "Done.", ordinal: 3 },
  });
});

it("compares eight at most, those that are put away last", async () => {
  const ticket = { key: "T-1", title: "A ticket" };
  const rows = Array.from({ length: 11 }, (_, at) => aRow(at + 1, { ticket, phase: at < 5 ? "archived" : "ready" }));
  const stand = await openFleet({ from: stateOf(...rows) });
  const told = unwrap(await stand.fleet.compare(rows[0]?.id ?? ""));
  expect(told.attempts.map(({ workstream }) => workstream.number)).toEqual([1, 5, 6, 7, 8, 9, 10, 11]);
  expect(told.leftOut).toBe(3);
});

it("reads rows of before there was a choice", () => {
  const before = workstreamSchema.parse(aRow(1));
  expect(before.kept).toBeUndefined();
  const state = fold(stateOf(before), { at: 1, event: { type: "attempt.unkept", workstreamId: before.id } });
  expect(state.workstreams[before.id]).toEqual(before);
});
