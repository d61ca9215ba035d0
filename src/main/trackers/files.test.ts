import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { createFilesTracker } from "./files.ts";
import type { Tracker } from "./tracker.ts";

let root: string;
let tracker: Tracker;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tickets-"));
  await mkdir(join(root, "tickets"));
  tracker = createFilesTracker({ projectRoot: root, now: () => Date.UTC(2026, 0, 2) });
});

afterEach(() => rm(root, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFile(join(root, "tickets", name), text);
const listed = async (filter?: { states?: readonly string[] }) => unwrap(await tracker.list(filter));

async function only() {
  const [ticket] = (await listed()).tickets;
  if (!ticket) throw new Error("no ticket");
  return ticket;
}

describe("listing tickets", () => {
  it("fills every field of a bare ticket", async () => {
    await put("fix-it.md", "");
    expect(await listed()).toEqual({
      tickets: [
        {
          id: "fix-it",
          key: "fix-it",
          title: "fix-it",
          description: null,
          priority: null,
          state: "todo",
          branchName: null,
          url: null,
          assigneeId: null,
          labels: [],
          blockedBy: [],
          dispatchable: true,
          createdAt: null,
          updatedAt: null,
          nativeRef: { path: "tickets/fix-it.md" },
          extra: {},
        },
      ],
      skipped: [],
    });
  });

  it("reads the front matter, normalizes labels and keeps keys it does not know", async () => {
    await put(
      "a.md",
      '---\r\ntitle: " Late fee "\r\nstate: In Progress\r\npriority: 2\r\nlabels: [" Bug ", bug, ""]\r\ncreated_at: 2026-03-01T10:00:00+02:00\r\nscenario: late-fee\r\nweights: {a: [1]}\r\n---\r\n\r\nCharge it once.\r\n\r\n---\r\nMore.\r\n',
    );
    expect(await only()).toMatchObject({
      title: "Late fee",
      state: "In Progress",
      priority: 2,
      labels: ["bug"],
      createdAt: "2026-03-01T08:00:00.000Z",
      description: "Charge it once.\n\n---\nMore.",
      extra: { scenario: "late-fee", weights: { a: [1] } },
    });
  });

  it("takes the first heading as the title when the front matter has none", async () => {
    await put("a.md", "# Late fee ##\n\nCharge it once.\n");
    expect(await only()).toMatchObject({ title: "Late fee", description: "Charge it once." });
  });

  it("treats unusable optional values as absent", async () => {
    await put("a.md", "---\ntitle: A\npriority: high\nlabels: 7\ncreated_at: soon\nurl: javascript:alert(1)\n---\n");
    expect(await only()).toMatchObject({ priority: null, labels: [], createdAt: null, url: null });
  });

  it("lists by state without regard to case and outer space, and nothing for no states", async () => {
    await put("a.md", "---\nstate: ' In Progress '\n---\n");
    await put("b.md", "---\nstate: done\n---\n");
    expect((await listed({ states: ["in progress"] })).tickets.map((ticket) => ticket.key)).toEqual(["a"]);
    expect((await listed({ states: [] })).tickets).toEqual([]);
  });

  it("holds a ticket back until everything that blocks it is done", async () => {
    await put("a.md", "---\nblocked_by: [b]\n---\n");
    await put("b.md", "---\nstate: Done\n---\n");
    await put("c.md", "---\nblocked_by: a\n---\n");
    await put("d.md", "---\nblocked_by: [b, gone]\n---\n");
    expect((await listed()).tickets.map((ticket) => ticket.dispatchable)).toEqual([true, true, false, false]);
    expect((await listed()).tickets[3]?.blockedBy).toEqual([
      { id: "b", key: "b", state: "Done" },
      { id: null, key: "gone", state: null },
    ]);
  });

  it("skips and reports damaged files and goes on with the others", async () => {
    await put("bad-yaml.md", "---\na: [\n---\n");
    await put("never-closed.md", "---\ntitle: A\n");
    await put("a-list.md", "---\n- a\n---\n");
    await put("huge.md", "x".repeat(300 * 1024));
    await mkdir(join(root, "tickets", "folder.md"));
    await put("fine.md", "# Fine");
    await put("notes.txt", "no ticket");
    await put(".hidden.md", "no ticket");
    const { tickets, skipped } = await listed();
    expect(tickets.map((ticket) => ticket.key)).toEqual(["fine"]);
    expect(skipped).toHaveLength(5);
    expect(skipped.every((problem) => problem.message.includes("cannot be read:"))).toBe(true);
  });

  it("refuses links that lead out of the folder and follows those within", async () => {
    await writeFile(join(root, "secret.md"), "# Secret");
    await put("real.md", "# Real");
    await symlink("../secret.md", join(root, "tickets", "out.md"));
    await symlink("real.md", join(root, "tickets", "within.md"));
    await symlink("nowhere.md", join(root, "tickets", "broken.md"));
    const { tickets, skipped } = await listed();
    expect(tickets.map((ticket) => ticket.key)).toEqual(["real", "within"]);
    expect(skipped.map((problem) => problem.message).join()).toContain("outside tickets/");
  });

  it("refuses a tickets folder that is a link out of the project", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
    await rm(join(root, "tickets"), { recursive: true });
    await symlink(elsewhere, join(root, "tickets"));
    expect(await tracker.list()).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await tracker.create({ title: "A", body: "" })).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    await rm(elsewhere, { recursive: true });
  });

  it("has no tickets where there is no folder", async () => {
    await rm(join(root, "tickets"), { recursive: true });
    expect(await listed()).toEqual({ tickets: [], skipped: [] });
  });

  it("reads two thousand tickets and says that there are more", async () => {
    await Promise.all(Array.from({ length: 2_001 }, (_, number) => put(`t${String(number).padStart(4, "0")}.md`, "")));
    const { tickets, skipped } = await listed();
    expect(tickets).toHaveLength(2_000);
    expect(skipped).toMatchObject([{ code: "TOO_MANY" }]);
  });
});

describe("asking for tickets by key", () => {
  it("answers each once and leaves out those that are gone", async () => {
    await put("a.md", "# A");
    await put("b.md", "# B");
    expect(unwrap(await tracker.byKeys(["b", "gone", "b"])).map((ticket) => ticket.title)).toEqual(["B"]);
    expect(await tracker.byKeys([])).toEqual({ ok: true, value: [] });
  });

  it("fails on a damaged ticket, which must not look as if it were gone", async () => {
    await put("a.md", "---\n");
    await put("b.md", "# B");
    expect(await tracker.byKeys(["a", "b"])).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    expect(await tracker.byKeys(["b"])).toMatchObject({ ok: true });
  });
});

describe("creating a ticket", () => {
  it("writes a file that reads back the same", async () => {
    const title = 'Gebühr: "late" fee — # once?';
    const created = unwrap(await tracker.create({ title, body: "Charge it once.\n\n---\nMore." }));
    expect(created).toMatchObject({
      key: "gebuhr-late-fee-once",
      title,
      state: "todo",
      createdAt: "2026-01-02T00:00:00.000Z",
    });
    expect(await only()).toEqual(created);
    expect(created.description).toBe("Charge it once.\n\n---\nMore.");
  });

  it("never overwrites, not even when fifteen come at once", async () => {
    await put("late-fee.md", "mine");
    const created = await Promise.all(
      Array.from({ length: 15 }, () => tracker.create({ title: "Late fee", body: "" })),
    );
    expect(new Set(created.map((result) => unwrap(result).key)).size).toBe(15);
    expect(await readFile(join(root, "tickets", "late-fee.md"), "utf8")).toBe("mine");
    const names = await readdir(join(root, "tickets"));
    expect(names).toHaveLength(16);
    expect(names).toContain("late-fee-16.md");
  });

  it("makes the folder and names a ticket whose title has no letters", async () => {
    await rm(join(root, "tickets"), { recursive: true });
    expect(unwrap(await tracker.create({ title: "???", body: "" })).key).toBe("ticket");
  });

  it("refuses titles and bodies out of bounds", async () => {
    expect(await tracker.create({ title: " ", body: "" })).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    expect(await tracker.create({ title: "a\nb", body: "" })).toMatchObject({
      ok: false,
      error: { code: "BAD_REQUEST" },
    });
    expect(await tracker.create({ title: "a", body: "x".repeat(200_001) })).toMatchObject({
      ok: false,
      error: { code: "TOO_LARGE" },
    });
  });
});
