import { stringify } from "yaml";

/** What stands between a ticket and `ready`, and so what the human has to decide about it. */
export type Plant = "approval" | "question" | "conflict" | "budget" | "harness" | "failure" | "nothing";

/** One ticket of the board: what its author does, and what was planted in it. */
export interface Planted {
  readonly name: string;
  readonly title: string;
  readonly plant: Plant;
  /** The scripted agent's scenario, as a file. */
  readonly scenario: string;
  /** Tokens it may spend, where that is what stops it. */
  readonly tokens?: number;
}

/** The file that authors of planted conflicts change, and that main changes meanwhile. */
export const contested = "src/contested.txt";
export const contestedBefore = "one\ntwo\nthree\n";
export const contestedOnMain = "one\ntwo, as main has it\nthree\n";

type Step = Readonly<Record<string, unknown>>;

const edit = (name: string): Step => ({ edit: { path: `notes/${name}.md`, content: `# ${name}\n` } });
const commit = (title: string): Step => ({ commit: title });
const done: Step = { say: "It is done and committed." };

function planted(
  name: string,
  title: string,
  plant: Plant,
  steps: readonly Step[],
  more: { readonly replies?: readonly object[]; readonly tokens?: number } = {},
): Planted {
  const { replies, tokens } = more;
  return {
    name,
    title,
    plant,
    scenario: stringify({ name: `board-${name}`, seed: 1, steps, ...(replies === undefined ? {} : { replies }) }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

function approval(name: string, title: string, command: string): Planted {
  const steps = [
    edit(name),
    { approve: { command, reason: "It reaches beyond the worktree.", on_accept: [edit(`${name}-allowed`)] } },
    commit(title),
    done,
  ];
  return planted(name, title, "approval", steps);
}

function question(name: string, title: string, asked: string, options: readonly string[]): Planted {
  const on = Object.fromEntries(options.map((label) => [label, [edit(`${name}-${label.toLowerCase()}`)]]));
  const ask = {
    ask: {
      id: name,
      header: title.slice(0, 60),
      question: asked,
      options: options.map((label) => ({ label, description: `Take ${label}.` })),
      on,
    },
  };
  return planted(name, title, "question", [edit(name), ask, commit(title), done]);
}

function conflict(name: string, title: string): Planted {
  const mine = { edit: { path: contested, find: "two", replace: `two, as ${name} has it` } };
  const resolve = [
    { run: { command: "git rebase -X theirs main", expect: 0 } },
    { say: "Rebased; my line stands where both had changed it." },
  ];
  return planted(name, title, "conflict", [mine, commit(title), done], {
    replies: [{ match: "(?i:conflict|rebase|merge)", steps: resolve }],
  });
}

/** A failed try is repeated by the engine; nobody is asked. */
function failure(name: string, title: string): Planted {
  return planted(name, title, "failure", [edit(name), { fail: "The service is away." }, commit(title), done]);
}

/** Fifteen tickets with what usually comes between an author and the end planted in them. */
export const plants: readonly Planted[] = [
  approval("retry-client", "Retry payments once", "printf 'undici\\n' > deps.txt"),
  approval("lock-file", "Renew the lock file", "printf 'locked\\n' > lock.txt"),
  approval("clean-branches", "Remove merged branches", "git branch --list --merged"),
  approval("seed-data", "Seed the demo shop", "printf 'seed\\n' > seed.txt"),
  question("date-format", "Dates on invoices", "Which date format shall invoices have?", ["Printed", "ISO"]),
  question("tax-rule", "Tax by address", "Which address decides?", ["Delivery", "Billing", "Ask"]),
  question("notes-place", "Where notes are kept", "One file or one for each note?", ["File", "Folder"]),
  conflict("rename-two", "Say two in other words"),
  conflict("spell-two", "Spell two out"),
  planted(
    "big-import",
    "Import without running out of memory",
    "budget",
    [
      edit("big-import"),
      { usage: { input: 5_000, output: 500 } },
      { wait: { ms: 200 } },
      commit("Import in pieces"),
      done,
    ],
    { tokens: 1_000 },
  ),
  planted("own-rules", "Say how tickets are worked on", "harness", [
    { edit: { path: "AGENTS.md", content: "# Map\n\nNotes are in notes/.\n" } },
    commit("Tell where notes are"),
    done,
  ]),
  failure("flaky-service", "Ask the service again"),
  failure("flaky-index", "Rebuild the index"),
  planted("plain-docs", "Document the options", "nothing", [edit("plain-docs"), commit("Document the options"), done]),
  planted("forgetful", "Commit what is left", "nothing", [edit("forgetful"), { say: "I am done." }]),
];

/**
 * What waits once all have come as far as they can by themselves, in the order in which a human would take it: one key lets an
 * author go on; a question has to be read; a conflict grows while main moves; what stands still for a budget or for a look at
 * harness files can wait longest, the look being the slowest of all.
 */
export const byHand: readonly string[] = [
  "retry-client",
  "lock-file",
  "clean-branches",
  "seed-data",
  "date-format",
  "tax-rule",
  "notes-place",
  "rename-two",
  "spell-two",
  "big-import",
  "own-rules",
];
