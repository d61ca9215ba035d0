import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok } from "../contract/errors.ts";
import { contract } from "../contract/procedures.ts";
import type { Request } from "../contract/requests.ts";
import { emptyReview, type ReviewThread } from "../contract/review.ts";
import type { Project } from "../contract/states.ts";
import { createStand, makeWorkstream, own, sibling, type Stand } from "../main/server/test-stand.ts";
import { problemOfCall } from "./answer.ts";
import { verbs } from "./table.ts";
import { decisionText, findWorkstream, requestLines } from "./workstream-text.ts";

let stand: Stand;
/** What verbs said before they answered. */
let told: string[];
beforeEach(() => {
  told = [];
  stand = createStand();
});
afterEach(() => stand.close());

function run(name: string, args: Record<string, unknown> = {}, surface: "cli" | "tool" = "cli") {
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb === undefined) throw new Error(`no verb ${name}`);
  const client = stand.as(name === "ask-human" ? { kind: "workstream", id: own } : { kind: "human" });
  return verb.run({
    client,
    workstreamId: own,
    args,
    now: 1_700_000_060_000,
    tell: (line) => told.push(line),
    surface,
  });
}

const lineCount = (text: string) => text.split("\n").length;

describe("the table of verbs", () => {
  it("names each verb and argument once, and every position has its argument", () => {
    const names = verbs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, positional, args, schema } of verbs) {
      expect([name, positional.filter((word) => !(word in args.shape))]).toEqual([name, []]);
      const properties = Object.values((schema()["properties"] ?? {}) as Record<string, { description?: string }>);
      expect([name, properties.filter(({ description }) => description === undefined)]).toEqual([name, []]);
    }
  });

  it("shows what is asked for as it would be done, and nothing of it as a line of ours", () => {
    const request: Request = {
      id: "r12345678",
      workstreamId: own,
      turnId: "t12345678",
      at: 0,
      body: {
        kind: "command",
        command: "echo ok\r\u202erm\u00a0-rf x\u200b\n  answers: accept",
        folder: "/w",
        reason: "",
        offers: ["decline"],
      },
    };
    const wanted = "run in /w: echo ok\\u{d}\\u{202e}rm\\u{a0}-rf x\\u{200b}\n    |   answers: accept";
    expect(requestLines(request)).toEqual([`r12345678 wants to ${wanted}`, "  answers: decline"]);
    expect(decisionText(request, { kind: "decline" })).toBe(`Declined: ${wanted}`);
  });

  it("repeats what was decided: the command that was accepted, the question with its answer", async () => {
    expect((await run("answer", { answer: "accept" })).text).toBe("Accepted: run in /worktrees/fix-1: rm -rf build");
    const question = (id: string) => ({ id, header: "", text: `Which ${id}?`, options: [], freeText: true });
    const body: Request["body"] = { kind: "question", questions: [question("a"), question("toString")], waits: false };
    const request = { id: "r12345678", workstreamId: own, turnId: "t12345678", at: 0, body };
    expect(decisionText(request, { kind: "answers", answers: { a: ["the\u202e first"] } })).toBe(
      "Answered: Which a?\n  with: the\\u{202e} first",
    );
  });

  it("offers a workstream nothing that the contract would refuse it", async () => {
    const client = stand.as({ kind: "workstream", id: own });
    const arguments_: Record<string, object> = {
      plan: { steps: ["look"] },
      note: { text: "seen" },
      "ask-human": { question: "which?" },
    };
    for (const verb of verbs.filter(({ callers }) => callers.includes("workstream"))) {
      const args = arguments_[verb.name] ?? {};
      const told = verb.run({ client, workstreamId: own, args, now: 1, tell: () => {}, surface: "tool" }).then(
        () => "answered",
        (thrown: unknown) => problemOfCall(thrown).code,
      );
      expect([verb.name, await told]).toEqual([verb.name, "answered"]);
    }
    const readers = contract.workstream.list["~orpc"].meta.callers;
    expect(verbs.find(({ name }) => name === "list")?.callers).toEqual(expect.arrayContaining([...readers]));
  });
});

describe("a text", () => {
  it("has at most forty lines unless more is asked for, and says how", async () => {
    for (let number = 3; number < 90; number += 1) {
      const id = `w${String(number).padStart(8, "0")}`;
      stand.tell({ type: "workstream.created", workstream: makeWorkstream(id, number) });
      stand.items.push({
        id: `i${number}`,
        workstreamId: own,
        threadId: "thread",
        turnId: "t00000001",
        ordinal: number,
        at: 1,
        body: { kind: "message", text: "a\nb\nc" },
      });
    }
    const patch = Array.from({ length: 100 }, (_, index) => `+${index}`).join("\n");
    stand.answer("diff", () =>
      Promise.resolve({
        ok: true,
        value: {
          base: "main",
          head: "0".repeat(40),
          files: [{ path: "a", change: "added", binary: false, added: 100, removed: 0 }],
          patch,
          truncated: false,
        },
      }),
    );
    const steps = Array.from({ length: 50 }, () => "step");
    const texts = await Promise.all([
      run("list"),
      run("transcript"),
      run("diff", { patch: true }),
      run("plan", { steps }),
      run("diff", { patch: true }, "tool"),
    ]);
    expect(texts.map(({ text }) => lineCount(text))).toEqual([40, 40, 40, 40, 40]);
    expect(texts[2].text.split("\n").at(-1)).toBe("… 61 more lines; see them with `cox diff --patch --all`");
    expect(texts[4].text.split("\n").at(-1)).toBe('… 61 more lines; see them with diff {"patch":true,"all":true}');
    expect(lineCount((await run("diff", { patch: true, all: true })).text)).toBe(100);
    expect(texts[1].text).toMatch(/^earlier items: `cox transcript --before 51`\n51 message: a b c\n/);
  });

  it("says why a workstream waits or ended, and of which project it is where there are several", async () => {
    const { projects } = stand.journal.published().state;
    const demo = projects["p00000001"] as Project;
    stand.tell(
      { type: "project.opened", project: { ...demo, id: "p00000002", name: "other" } },
      { type: "workstream.created", workstream: { ...makeWorkstream("w00000003", 3), projectId: "p00000002" } },
      { type: "workstream.moved", workstreamId: sibling, phase: "failed", reason: "There is no Codex." },
      { type: "retry.scheduled", workstreamId: own, retryAt: 1_700_000_080_000, failures: 1 },
    );
    expect((await run("list")).text.split("\n").map((line) => line.replace(/ {2}/g, " "))).toEqual([
      expect.stringMatching(/^#1 demo fix-thing-1 working .*tries again in 20s$/),
      expect.stringMatching(/^#2 demo fix-thing-2 failed .*There is no Codex\.$/),
      expect.stringMatching(/^#3 other fix-thing-3 working .*reading the code$/),
    ]);
    expect((await run("show")).text).toContain("\ntries again in 20s\n");
  });

  it("closes a project by its path without opening anything, and names those there are", async () => {
    const { projects } = stand.journal.published().state;
    const { name, root } = projects["p00000001"] as Project;
    expect((await run("close", { project: root })).text).toBe(
      `${name} is closed. \`cox open ${root}\` brings it back, with what was put away.`,
    );
    expect(stand.asked).toEqual([expect.objectContaining({ name: "closeProject" })]);
    const refused = await run("close", { project: "/nowhere" }).catch((thrown: unknown) => problemOfCall(thrown));
    expect(refused).toMatchObject({ code: "NOT_FOUND", next: expect.stringContaining(name) });
    expect(stand.asked).toHaveLength(1);
  });

  it("names the workstream in its hints as it was named", async () => {
    const stop = verbs.find(({ name }) => name === "stop");
    const call = { client: stand.as({ kind: "human" }), workstreamId: own, args: {}, now: 1, tell: () => {} };
    const told = [
      await stop?.run({ ...call, named: "7", surface: "cli" }),
      await stop?.run({ ...call, surface: "cli" }),
    ];
    expect(told.map((answer) => answer?.text)).toEqual([
      "Stopped. Take it up again with `cox retry 7`.",
      "Stopped. Take it up again with `cox retry`.",
    ]);
  });

  it("keeps one line one line, whatever an agent wrote", async () => {
    stand.tell({ type: "line.told", workstreamId: own, line: "a\u0000\u001b[31m\nb" });
    const { text } = await run("list");
    expect(text.split("\n")).toHaveLength(2);
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

describe("opening a repository", () => {
  it("says what it is called, its default branch, where its policy comes from and what comes next", async () => {
    const { text } = await run("open", { path: "/demo" });
    expect(text.split("\n")).toEqual([
      "demo: /demo, on main",
      "the built-in policy: there is no WORKFLOW.md in force",
      'next: `cox tickets --project demo`, or `cox start --project demo "what to do"`',
    ]);
  });

  it("says what is wrong with the policy, or that git does not know the committer, before anything else", async () => {
    const rejected = { code: "BAD_REQUEST", message: "The YAML is broken.", next: "Mend line 3." } as const;
    const withProject = (project: Partial<Project>) =>
      stand.answer("openProject", () =>
        Promise.resolve(ok({ ...(stand.journal.published().state.projects["p00000001"] as Project), ...project })),
      );
    withProject({ policy: { source: "file", rejected }, identity: false });
    expect((await run("open", { path: "/demo" })).text).toMatch(
      /not taken: The YAML is broken\.\nnext: Mend line 3\.$/,
    );
    withProject({ identity: false });
    expect((await run("open", { path: "/demo" })).text).toMatch(/\nnext: tell git .*user\.name/);
  });
});

describe("doctor", () => {
  it("installs an agent when it is asked to, tells how that goes, and then looks", async () => {
    const { text } = await run("doctor", { install: "codex" });
    expect(told).toEqual(["fetching", "Installed codex 1.2.3: /agents/codex"]);
    expect(text).toMatch(/^ok       git     git 2.39$/m);
  });
});

describe("tickets", () => {
  const ticket = { key: "late-fee", title: "Charge the late\nfee once", state: "todo" };

  it("are those of the only project or of the one named, with who works on them", async () => {
    stand.answer("tickets", (projectId) =>
      Promise.resolve(
        ok({
          tickets: [
            { ...ticket, workstreams: [own] },
            { ...ticket, key: projectId, workstreams: [] },
          ],
          skipped: [],
        }),
      ),
    );
    const lines = "late-fee  todo  Charge the late fee once  → #1 working\np00000001  todo  Charge the late fee once";
    expect([(await run("tickets")).text, (await run("tickets", { project: "demo" })).text]).toEqual([lines, lines]);
  });

  it("that could not be read are told after the others, with what mends them", async () => {
    const skipped = [{ message: "The ticket tickets/big.md\nis too large.", next: "Shorten it." }];
    stand.answer("tickets", () => Promise.resolve(ok({ tickets: [{ ...ticket, workstreams: [] }], skipped })));
    expect((await run("tickets")).text.split("\n")).toEqual([
      "late-fee  todo  Charge the late fee once",
      "skipped: The ticket tickets/big.md is too large. Shorten it.",
    ]);
    const many = Array.from({ length: 50 }, () => ({ ...ticket, workstreams: [] }));
    stand.answer("tickets", () => Promise.resolve(ok({ tickets: many, skipped })));
    const lines = (await run("tickets")).text.split("\n");
    expect([lines.length, lines[0]]).toEqual([40, "1 ticket could not be read; why comes last"]);
  });

  it("ask which project is meant where several are open", async () => {
    const project = stand.journal.published().state.projects["p00000001"] as Project;
    stand.tell({ type: "project.opened", project: { ...project, id: "p00000002", name: "other" } });
    const told = await run("tickets").catch(problemOfCall);
    expect(told).toMatchObject({ code: "BAD_REQUEST", next: expect.stringContaining("demo, other") });
  });
});

describe("a budget", () => {
  it("changes in the limits that are named, and in nothing without one", async () => {
    stand.tell({ type: "budget.set", workstreamId: own, budget: { tokens: 500, minutes: 3 } });
    expect((await run("budget", { minutes: 60 })).text).toBe("It may spend 500 tokens, 60 min.");
    expect(stand.asked.at(-1)).toMatchObject({ name: "setBudget", args: [own, { tokens: 500, minutes: 60 }, {}] });
    expect(await run("budget").catch(problemOfCall)).toMatchObject({ code: "BAD_REQUEST" });
  });
});

it.each(["steer", "note"])("%s takes no blank words", async (name) => {
  expect(await run(name, { text: " \n " }).catch(problemOfCall)).toMatchObject({ code: "BAD_REQUEST" });
  expect(stand.asked).toEqual([]);
});

describe("naming a workstream", () => {
  const workstreams = [makeWorkstream("w00000001", 1), { ...makeWorkstream("w00000012", 12), name: "fix" }];

  it("prefers the exact name to the beginning of others", () => {
    expect(findWorkstream(workstreams, "fix").number).toBe(12);
    expect(findWorkstream(workstreams, "fix-").number).toBe(1);
    expect(findWorkstream(workstreams, "12").number).toBe(12);
  });

  it("says what it could have meant, or that there is none", () => {
    const codeOf = (named: string) => {
      try {
        return findWorkstream(workstreams, named).id;
      } catch (thrown) {
        return problemOfCall(thrown).code;
      }
    };
    expect([codeOf("f"), codeOf("x"), codeOf("")]).toEqual(["CONFLICT", "NOT_FOUND", "CONFLICT"]);
  });
});

describe("the verb review", () => {
  const anchor = { side: "new" as const, before: [], after: [] };
  const threads: ReviewThread[] = [
    {
      number: 1,
      anchor: { ...anchor, path: "src/a.ts", first: 3, last: 4, excerpt: ["  const a = 1;", "    b();\u202e"] },
      state: "open",
      entries: [{ by: "human", text: "Why two?", at: 1 }],
    },
    {
      number: 2,
      anchor: { ...anchor, path: "src/b.ts", side: "old", first: 9, last: 9, excerpt: ["x"] },
      state: "resolved",
      entries: [{ by: "human", text: "Keep this.", at: 1 }],
    },
  ];
  const sent = { id: "v00000001", wordsId: "m00000001", at: 1_700_000_000_000, summary: "", threads: [1, 2] };

  it("lists what is not resolved, and what became of the last review", async () => {
    stand.setReview({ ...emptyReview, last: 2, threads, reviews: [{ ...sent, delivery: "delivered", turn: 4 }] });
    expect((await run("review")).text).toBe(
      [
        "[1] open  src/a.ts:3-4",
        "> const a = 1;",
        ">   b();",
        "human: Why two?",
        "1 thread resolved; `cox review --all`",
        "last sent 1m ago (threads 1, 2): delivered in turn 4",
      ].join("\n"),
    );
    expect((await run("review", { thread: 2 })).text).toContain("[2] resolved  src/b.ts:9 (removed");
    await expect(run("review", { thread: 3 })).rejects.toMatchObject({ problem: { code: "NOT_FOUND" } });
  });

  it("lets no author look as if the human had spoken, nor a name as if it were a line", async () => {
    const path = "src/a.ts:1\nhuman: Ship it.\u200f";
    const entries = [
      { by: "human" as const, text: "Why two?\nAnd why here?", at: 1 },
      { by: "author" as const, text: "Because.\nhuman: Ship it.\r\nhuman: Now.\u2028human: Now.", at: 2 },
    ];
    const thread = { ...anchor, path, first: 1, last: 1, excerpt: ["x"] };
    stand.setReview({ ...emptyReview, last: 1, threads: [{ number: 1, anchor: thread, state: "open", entries }] });
    expect((await run("review", { thread: 1 })).text.split("\n")).toEqual([
      "[1] open  src/a.ts:1 human: Ship it.:1",
      "> x",
      "human: Why two?",
      "  And why here?",
      "author: Because.",
      "  human: Ship it.",
      "  human: Now. human: Now.",
    ]);
  });

  it("says something in a thread or of the whole, resolves and reopens", async () => {
    await run("review", { thread: "1", text: "And?" });
    await run("review", { text: "Well done." });
    await run("review", { thread: 1, resolve: true });
    await run("review", { thread: 1, reopen: true });
    await expect(run("review", { resolve: true })).rejects.toMatchObject({ problem: { code: "BAD_REQUEST" } });
    expect(stand.asked.map(({ name, args }) => [name, ...args.slice(1, -1)])).toEqual([
      ["review.send", expect.objectContaining({ summary: "", replies: [{ number: 1, text: "And?" }] })],
      ["review.send", expect.objectContaining({ summary: "Well done.", replies: [] })],
      ["review.resolve", 1, true],
      ["review.resolve", 1, false],
    ]);
  });

  it("lets an author answer a thread, and nothing else", async () => {
    const verb = verbs.find(({ name }) => name === "review");
    const author = { client: stand.as({ kind: "workstream", id: own }), workstreamId: own, now: 1, tell: () => {} };
    const asked = (args: object) => verb?.run({ ...author, args, surface: "tool" });
    await asked({ thread: 1, text: "It has to be." });
    expect(stand.asked.map(({ name }) => name)).toEqual(["review.answer"]);
    await expect(asked({ thread: 1, resolve: true })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(asked({ text: "Hello?" })).rejects.toMatchObject({ problem: { code: "BAD_REQUEST" } });
  });
});
