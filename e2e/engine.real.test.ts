import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../src/contract/errors.ts";
import type { FleetState, Workstream } from "../src/contract/states.ts";
import { human, openStand, type Stand } from "./engine-stand.ts";
import { commitFiles } from "./scenarios/repositories.ts";

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

const phaseIs = (id: string, phase: string) => (state: { workstreams: Record<string, { phase: string }> }) =>
  state.workstreams[id]?.phase === phase;

describe("a workstream", () => {
  it("goes from ticket to a commit on its own branch, and leaves the main checkout alone", async () => {
    const before = await stand.git("rev-parse", "HEAD");
    const { id } = await stand.play("happy");
    const state = await stand.until("ready", phaseIs(id, "ready"));
    const row = state.workstreams[id];
    expect(row).toMatchObject({
      phase: "ready",
      turns: 1,
      diff: { dirty: false },
      gates: { clean: { verdict: "passed" } },
    });
    expect((await stand.git("rev-parse", `refs/heads/${row?.place.branch}`)).trim()).toBe(row?.diff?.head);
    expect(await stand.git("rev-parse", "HEAD")).toBe(before);
    expect(await stand.git("status", "--porcelain")).toBe("");
    const { items } = unwrap(await stand.engine.storage.items(id, undefined, 100));
    expect(items.map((item) => item.ordinal)).toEqual(items.map((_, index) => index + 1));
    expect(items[0]?.body).toMatchObject({ kind: "words", from: "engine" });
  });

  it.each([
    ["accept", "allowed\n"],
    ["decline", "declined\n"],
  ] as const)("waits for an approval and goes on when it is answered with %s", async (decision, written) => {
    const { id } = await stand.play("approve");
    const asking = await stand.until("a request", (state) => Object.keys(state.requests).length > 0);
    const [request] = Object.values(asking.requests);
    expect(request?.body).toMatchObject({
      kind: "command",
      command: expect.stringContaining("scripted-permission.txt"),
    });
    await stand.until("asking", phaseIs(id, "asking"));
    expect(Object.values(stand.engine.journal.state().attention)).toMatchObject([
      { kind: "approval", requestId: request?.id },
    ]);
    unwrap(await stand.engine.fleet.answer(id, request?.id ?? "", { kind: decision }, human));
    const { workstreams, attention } = await stand.until("ready", phaseIs(id, "ready"));
    const branch = workstreams[id]?.place.branch;
    expect(await stand.git("show", `${branch}:scripted-permission.txt`)).toBe(written);
    expect(Object.values(attention).map((item) => item.kind)).toEqual(["ready"]);
  });

  it("needs the human once its base moved into its way, and no longer when that was resolved", async () => {
    const { id } = await stand.play("happy");
    const ready = await stand.until("ready", phaseIs(id, "ready"));
    const branch = ready.workstreams[id]?.place.branch ?? "";
    const changed = (await stand.git("diff", "--name-only", `main...${branch}`)).trim().split("\n");
    const [file = ""] = changed;
    const kinds = (state: FleetState) => Object.values(state.attention).map((item) => item.kind);
    await commitFiles(stand.repository, [[file, "something else of the same name\n"]], "Somebody landed something");
    const hit = await stand.until("a conflict", (state) => kinds(state).includes("conflict"));
    const item = Object.values(hit.attention).find(({ kind }) => kind === "conflict");
    expect(item).toMatchObject({ workstreamId: id, ask: `conflicts with main in ${file}` });
    expect(hit.workstreams[id]?.forecast).toMatchObject({ conflict: { files: [file] }, overlaps: [] });
    await stand.git("reset", "--quiet", "--hard", "HEAD~1");
    await stand.until("no conflict", (state) => !kinds(state).includes("conflict"));
  });

  it("waits for the human after a cancelled approval, and takes words then", async () => {
    const { id } = await stand.play("approve");
    const asking = await stand.until("a request", (state) => Object.keys(state.requests).length > 0);
    const [request] = Object.values(asking.requests);
    unwrap(await stand.engine.fleet.answer(id, request?.id ?? "", { kind: "cancel" }, human));
    await stand.until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "interrupted");
    unwrap(await stand.engine.fleet.steer(id, "Go on without it.", "now", human));
    await stand.until("a second turn", (state) => (state.workstreams[id]?.turns ?? 0) >= 2);
  });

  it("hands a question to the human and the answer to the author", async () => {
    const { id } = await stand.play("ask");
    const asking = await stand.until("a question", (state) => Object.keys(state.requests).length > 0);
    const [request] = Object.values(asking.requests);
    expect(await stand.engine.fleet.answer(id, request?.id ?? "", { kind: "accept" }, human)).toMatchObject({
      error: { code: "BAD_REQUEST" },
    });
    unwrap(
      await stand.engine.fleet.answer(
        id,
        request?.id ?? "",
        { kind: "answers", answers: { store: ["Folder"] } },
        human,
      ),
    );
    const { workstreams } = await stand.until("ready", phaseIs(id, "ready"));
    expect(await stand.git("ls-tree", "-r", "--name-only", workstreams[id]?.place.branch ?? "")).toContain(
      "scripted-notes/first.md",
    );
  });

  it("asks the author to commit what it left behind", async () => {
    const { id } = await stand.play("uncommitted");
    const { workstreams } = await stand.until("ready", phaseIs(id, "ready"));
    expect(workstreams[id]).toMatchObject({ turns: 2, rounds: 1, turn: { cause: "gate" } });
  });

  it("ends a running command when it is interrupted, and goes on with the human's words", async () => {
    const { id } = await stand.play("slow");
    await stand.until("the command", (state) => state.workstreams[id]?.line.startsWith("$ ") === true);
    unwrap(await stand.engine.fleet.steer(id, "Do not wait for it.", "interrupt", human));
    const { workstreams } = await stand.until("ready", phaseIs(id, "ready"));
    expect(workstreams[id]).toMatchObject({ turns: 2 });
    expect(await stand.git("ls-tree", "-r", "--name-only", workstreams[id]?.place.branch ?? "")).not.toContain(
      "scripted-slow.txt",
    );
  });

  it("puts words into the running turn", async () => {
    const { id } = await stand.play("slow");
    await stand.until("the command", (state) => state.workstreams[id]?.line.startsWith("$ ") === true);
    const { wordsId } = unwrap(await stand.engine.fleet.steer(id, "Use tabs.", "now", human));
    await stand.until("delivery", (state) => state.words[wordsId] === undefined);
    expect(stand.row(id).turns).toBe(1);
    const { items } = unwrap(await stand.engine.storage.items(id, undefined, 100));
    expect(items.map((item) => item.body)).toContainEqual({ kind: "words", from: "human", text: "Use tabs." });
  });

  it("stops for good when told to, and is taken up again by a retry", async () => {
    const { id } = await stand.play("hang");
    await stand.until("its last words", (state) => state.workstreams[id]?.line.includes("say nothing") === true);
    unwrap(await stand.engine.fleet.stop(id, "Not now.", human));
    await stand.until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "interrupted");
    expect(stand.row(id)).toMatchObject({ phase: "stopped", reason: "Not now." });
    unwrap(await stand.engine.fleet.retry(id, human));
    await stand.until("ready", phaseIs(id, "ready"));
  });

  it("stops when its tokens are used up, and says so to the human", async () => {
    const { id } = await stand.play("happy", { budget: { tokens: 6_000 } });
    const { workstreams, attention } = await stand.until("stopped", phaseIs(id, "stopped"));
    expect(workstreams[id]?.reason).toMatch(/^Budget used up: \d+ of 6000 tokens/);
    await stand.until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "interrupted");
    expect(Object.values(attention).map((item) => item.kind)).toEqual(["budget"]);
  });

  it("survives its agent's crash and ends as if nothing had happened", async () => {
    const { id } = await stand.play("crash");
    const { workstreams } = await stand.until("ready", phaseIs(id, "ready"));
    expect(workstreams[id]).toMatchObject({ turns: 2, turn: { cause: "recovery", status: "completed" } });
    expect(await stand.git("show", `${workstreams[id]?.place.branch}:scripted-crash.md`)).toContain(
      "before and after the crash",
    );
  });

  it("is taken up after the engine was restarted in the middle of a turn", async () => {
    const { id } = await stand.play("slow");
    await stand.until("the command", (state) => state.workstreams[id]?.line.startsWith("$ ") === true);
    await stand.restart();
    const { workstreams } = await stand.until("ready", phaseIs(id, "ready"));
    expect(workstreams[id]?.turns).toBe(2);
  });

  it("is refused with a next step when its agent does not exist", async () => {
    const input = { text: "Do it", agent: "nobody", attempts: 1 };
    expect(await stand.engine.fleet.start(input, human)).toMatchObject({
      ok: false,
      error: { message: "There is no agent “nobody”.", next: "Choose one of: codex, scripted." },
    });
  });

  it("fails with a next step when its agent's program is not on this machine", async () => {
    const { id } = await stand.play("happy", { agent: "codex", model: "any" });
    const { workstreams } = await stand.until("failed", phaseIs(id, "failed"));
    expect(workstreams[id]?.reason).toContain("cox doctor --install codex");
  });

  it("lets a question of the ask-human verb wait without holding the turn", async () => {
    const { id } = await stand.play("happy");
    await stand.until("ready", phaseIs(id, "ready"));
    const own = { actor: { kind: "workstream" as const, id } };
    const question = { id: "q", header: "Name", text: "Which name?", options: [], freeText: true };
    const { requestId } = unwrap(await stand.engine.fleet.ask(id, [question], own));
    await stand.until("asking", phaseIs(id, "asking"));
    unwrap(await stand.engine.fleet.answer(id, requestId, { kind: "answers", answers: { q: ["Pigeon"] } }, human));
    const { workstreams } = await stand.until(
      "ready again",
      (state) => (state.workstreams[id]?.turns ?? 0) === 2 && phaseIs(id, "ready")(state),
    );
    expect(workstreams[id]?.turn).toMatchObject({ cause: "answer" });
  });
});

describe("the fleet", () => {
  it("stops an author that refuses to end, and goes on with the others in a new process", async () => {
    await stand.close();
    stand = await openStand({ endingGraceMs: 500 });
    const { id } = await stand.play("refuse-end");
    const other = await stand.play("slow");
    await stand.until("its refusal", (state) => state.workstreams[id]?.line.includes("do not end") === true);
    await stand.until("the command", (state) => state.workstreams[other.id]?.line.startsWith("$ ") === true);
    unwrap(await stand.engine.fleet.stop(id, "Enough.", human));
    await stand.until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "interrupted", 5);
    expect(stand.row(id)).toMatchObject({ phase: "stopped", reason: "Enough.", turns: 1 });
    await stand.until("the other's next turn", (state) => {
      const turn = state.workstreams[other.id]?.turn;
      return turn?.cause === "recovery" && turn.status === "running";
    });
    expect(stand.row(id).turn?.status).toBe("interrupted");
  });

  it("goes on without a workstream whose row is damaged, says so, and gives its number to nobody", async () => {
    const lost = await stand.play("happy");
    await stand.until("ready", phaseIs(lost.id, "ready"));
    await stand.restart((home) => {
      const db = new DatabaseSync(path.join(home, "coxswain.db"));
      db.prepare("UPDATE workstreams SET data = '{' WHERE id = ?").run(lost.id);
      db.close();
    });
    const state = stand.engine.journal.state();
    expect(state.workstreams[lost.id]).toBeUndefined();
    const items = Object.values(state.attention).filter((item) => item.kind === "frozen");
    expect(items).toMatchObject([{ workstreamId: lost.id, ask: expect.stringContaining("cox doctor") }]);
    const next = await stand.play("happy");
    expect(next.number).toBe(lost.number + 1);
    await stand.until("ready", phaseIs(next.id, "ready"));
  });

  it("is not judged by rules its author has changed, and asks the human before they count for others", async () => {
    const { id } = await stand.play("harness");
    const asking = await stand.until("asking", phaseIs(id, "asking"));
    const row = asking.workstreams[id];
    expect(row?.reason).toMatch(/^Changes harness files: AGENTS\.md, WORKFLOW\.md\./);
    expect(Object.values(asking.attention)).toMatchObject([{ kind: "harness", workstreamId: id }]);
    expect(asking.projects[stand.projectId]?.policy).toEqual({ source: "embedded" });
    const digest = row?.gates.harness?.digest ?? "";
    unwrap(await stand.engine.fleet.waive(id, { gate: "harness", digest }, human));
    await stand.until("ready", phaseIs(id, "ready"));
    const other = await stand.play("happy");
    await stand.until("ready", phaseIs(other.id, "ready"));
    for (const { place } of [stand.row(id), stand.row(other.id)]) {
      await expect(access(path.join(place.path, "judged-by-its-own-rules"))).rejects.toThrow("ENOENT");
    }

    // The same rules in the main checkout are the project's own: its hook runs, and what it may not give itself is asked for.
    await writeFile(
      path.join(stand.repository, "WORKFLOW.md"),
      await stand.git("show", `${row?.place.branch}:WORKFLOW.md`),
    );
    const next = await stand.play("happy");
    const { attention } = await stand.until("ready", phaseIs(next.id, "ready"));
    expect(Object.values(attention).map(({ kind }) => kind)).toContain("consent");
    const mark = path.join(stand.row(next.id).place.path, "judged-by-its-own-rules");
    await expect
      .poll(() =>
        access(mark).then(
          () => "there",
          () => "not there",
        ),
      )
      .toBe("there");
  });

  it("carries fifteen at once, each on its own branch with its own commit", async () => {
    const rows: Workstream[] = [];
    for (let nth = 0; nth < 15; nth += 1) rows.push(await stand.play("happy"));
    const allReady = (state: FleetState) => rows.every(({ id }) => phaseIs(id, "ready")(state));
    const { workstreams } = await stand.until("all ready", allReady, 90);
    for (const { id } of rows) {
      expect(workstreams[id]?.diff).toMatchObject({ commits: 1, dirty: false });
      expect(await stand.git("rev-list", "--count", `main..${workstreams[id]?.place.branch}`)).toBe("1\n");
    }
    expect(new Set(rows.map(({ id }) => workstreams[id]?.ports?.first)).size).toBe(15);
    expect(await stand.git("status", "--porcelain")).toBe("");
  });

  it("starts several attempts at one ticket as siblings", async () => {
    const rows = unwrap(
      await stand.engine.fleet.start(
        { text: "Try it twice", agent: "scripted", model: "scripted-happy", attempts: 2 },
        human,
      ),
    );
    expect(rows.map((row) => [row.attempt, row.ticket.key])).toEqual([
      [1, rows[0]?.ticket.key],
      [2, rows[0]?.ticket.key],
    ]);
    await stand.until("both ready", (state) => rows.every(({ id }) => phaseIs(id, "ready")(state)));
  });
});
