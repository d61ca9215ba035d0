import type { Surroundings } from "./attention.ts";
import type { Request } from "./requests.ts";
import type { AttentionItem, AttentionKind, Phase, Workstream } from "./states.ts";
import { noTokens } from "./usage.ts";

/** One item of a queue that was put in order by hand, with the reason for its place. */
export interface Judged {
  readonly item: AttentionItem;
  readonly because: string;
}

const now = 1_800_000_000_000;
const minute = 60_000;

interface Drawn {
  readonly kind: AttentionKind;
  readonly project?: "shop" | "site";
  readonly phase: Phase;
  readonly minutes: number;
  readonly ask: string;
  /** For a question: whether its author waits. */
  readonly waits?: boolean;
  readonly ticket?: string;
  readonly snoozed?: boolean;
  readonly because: string;
}

/**
 * What fifteen workstreams and more once asked of one human, the most urgent first as that human would take them. In `shop`
 * all places are taken and three workstreams are queued; `site` has room. Written down before any formula was asked.
 */
const drawn: readonly Drawn[] = [
  {
    kind: "disk",
    phase: "working",
    minutes: 3,
    ask: "2 GB are left on the disk.",
    because: "Everything stops with it; no answer below is worth much once the disk is full.",
  },
  {
    kind: "approval",
    project: "shop",
    phase: "asking",
    minutes: 25,
    ask: "allow pnpm install",
    because: "One key, and it has kept an author and three queued workstreams waiting for long.",
  },
  {
    kind: "approval",
    project: "shop",
    phase: "asking",
    minutes: 2,
    ask: "allow git push",
    because: "One key as well, and the same three wait behind it.",
  },
  {
    kind: "approval",
    project: "site",
    phase: "asking",
    minutes: 12,
    ask: "allow npx playwright install",
    because: "One key, one author waits, nobody behind it.",
  },
  {
    kind: "approval",
    project: "site",
    phase: "asking",
    minutes: 1,
    ask: "allow a change to /etc/hosts",
    because: "The same, a moment ago.",
  },
  {
    kind: "question",
    project: "shop",
    phase: "asking",
    minutes: 40,
    waits: true,
    ask: "Which of the two date formats?",
    because: "A minute of thought, an author that stands still, and three behind it.",
  },
  {
    kind: "question",
    project: "site",
    phase: "asking",
    minutes: 15,
    waits: true,
    ask: "Keep the old URLs?",
    because: "A minute of thought for one author.",
  },
  {
    kind: "question",
    project: "site",
    phase: "asking",
    minutes: 1,
    waits: true,
    ask: "May the header move?",
    because: "The same, just asked.",
  },
  {
    kind: "failed",
    project: "shop",
    phase: "failed",
    minutes: 30,
    ticket: "search-index.md",
    ask: "the same 3 tests failed",
    because: "It must be read, and the other attempt cannot be compared before it is done.",
  },
  {
    kind: "failed",
    project: "site",
    phase: "failed",
    minutes: 50,
    ask: "no such file: mocha.opts",
    because: "It must be read; nothing waits for it but itself.",
  },
  {
    kind: "frozen",
    project: "shop",
    phase: "working",
    minutes: 5,
    ask: "200 steps in a row",
    because: "Something nobody foresaw; needs reading, and holds a place.",
  },
  {
    kind: "stalled",
    project: "shop",
    phase: "working",
    minutes: 20,
    ask: "no sign of life from the agent",
    because: "Perhaps it is only slow, yet three wait for its place.",
  },
  {
    kind: "rounds",
    project: "shop",
    phase: "asking",
    minutes: 8,
    ask: "uncommitted work is left",
    because: "It goes in circles and holds a place three wait for.",
  },
  {
    kind: "harness",
    project: "shop",
    phase: "asking",
    minutes: 90,
    ask: "changes AGENTS.md",
    because: "A diff to read with care, waiting for an hour and a half, with three behind it.",
  },
  {
    kind: "budget",
    project: "site",
    phase: "stopped",
    minutes: 35,
    ask: "Budget used up: 200k tokens",
    because: "One number to raise, nothing behind it.",
  },
  {
    kind: "consent",
    minutes: 20,
    phase: "working",
    ask: "site: its WORKFLOW.md asks for authors that nothing confines",
    because: "Work goes on without it, less freely.",
  },
  {
    kind: "stalled",
    project: "site",
    phase: "working",
    minutes: 6,
    ask: "no sign of life from the agent",
    because: "Six minutes of silence are often just a long build.",
  },
  {
    kind: "budget",
    project: "site",
    phase: "stopped",
    minutes: 4,
    ask: "Budget used up: 60 minutes",
    because: "One number, just now.",
  },
  {
    kind: "question",
    project: "site",
    phase: "working",
    minutes: 30,
    waits: false,
    ask: "Shall the notes be in German?",
    because: "Its author goes on; it only has to be known before the end.",
  },
  {
    kind: "policy",
    minutes: 15,
    phase: "working",
    ask: "shop: WORKFLOW.md line 12 cannot be read",
    because: "The last good one holds.",
  },
  {
    kind: "question",
    project: "shop",
    phase: "working",
    minutes: 3,
    waits: false,
    ask: "Is 80 columns wanted?",
    because: "As the other one, and just asked.",
  },
  {
    kind: "ready",
    project: "shop",
    phase: "ready",
    minutes: 60,
    ask: "ready",
    because: "Done and safe; the one that is oldest drifts furthest from its base.",
  },
  {
    kind: "ready",
    project: "shop",
    phase: "ready",
    minutes: 20,
    ticket: "search-index.md",
    ask: "ready",
    because: "Done; its other attempt has failed, so there is nothing to compare yet.",
  },
  { kind: "ready", project: "site", phase: "ready", minutes: 2, ask: "ready", because: "Just done." },
  {
    kind: "approval",
    project: "site",
    phase: "asking",
    minutes: 45,
    snoozed: true,
    ask: "allow rm -rf dist",
    because: "Put off by the human, who meant it.",
  },
  {
    kind: "ready",
    project: "site",
    phase: "ready",
    minutes: 90,
    snoozed: true,
    ask: "ready",
    because: "Put off, and less urgent before that too.",
  },
];

const id = (letter: string, at: number): string => `${letter}${String(at).padStart(8, "0")}`;
const projects = { shop: id("p", 1), site: id("p", 2) };

function workstreamOf({ phase, project, ticket }: Drawn, at: number): Workstream {
  return {
    id: id("w", at),
    projectId: projects[project ?? "site"],
    number: at,
    name: `work-${String(at)}`,
    ticket: { key: ticket ?? `work-${String(at)}.md`, title: `Work ${String(at)}` },
    attempt: 1,
    agent: "scripted",
    phase,
    place: { branch: `cox/${String(at)}`, folder: `${String(at)}`, path: `/w/${String(at)}`, base: "main" },
    turns: 1,
    rounds: 0,
    failures: 0,
    line: "",
    lineAt: now,
    heardAt: now,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: {},
    gates: {},
    createdAt: now - 120 * minute,
  };
}

function itemOf({ kind, project, minutes, ask, snoozed }: Drawn, at: number): AttentionItem {
  const about = project === undefined ? {} : { workstreamId: id("w", at) };
  const asked = kind === "question" || kind === "approval" ? { requestId: id("r", at) } : {};
  const put = snoozed === true ? { snoozedUntil: now + 60 * minute } : {};
  return { id: id("a", at), kind, ...about, ...asked, ...put, ask, at: now - minutes * minute };
}

function requestOf({ waits = true }: Drawn, at: number): Request {
  const question = { id: "q", header: "", text: "?", options: [], freeText: true };
  const body = { kind: "question" as const, questions: [question], waits };
  return { id: id("r", at), workstreamId: id("w", at), turnId: id("t", at), at: now, body };
}

const queued = ["a", "b", "c"].map((_, at) =>
  workstreamOf({ kind: "ready", project: "shop", phase: "queued", minutes: 0, ask: "", because: "" }, 100 + at),
);

/** A queue in the order of a human's judgement, with what stands around it. */
export const judgedQueue: {
  readonly now: number;
  readonly around: Surroundings;
  readonly order: readonly Judged[];
} = {
  now,
  around: {
    workstreams: Object.fromEntries([...drawn.map(workstreamOf), ...queued].map((row) => [row.id, row])),
    requests: Object.fromEntries(drawn.map((one, at) => [id("r", at), requestOf(one, at)])),
  },
  order: drawn.map((one, at) => ({ item: itemOf(one, at), because: one.because })),
};
