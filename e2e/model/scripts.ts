import { addFile, fenced, inOrder, plan, shell } from "./script.ts";
import type { Script } from "./script.ts";

const commit = (message: string) => shell(`git add -A && git commit -q -m '${message}' && git log -1 --format=%H`);

/** A file of this turn's own, so that a second turn in the same worktree does not collide. */
const fileOf = (turnId: string) => `greeting-${turnId.slice(-6)}.txt`;

/** The scripts, by the name that follows `scripted-` in the model's slug. */
export const scripts: Readonly<Record<string, Script>> = {
  /** Plan, patch, test, commit, report. */
  happy: inOrder(
    {
      reasoning: "I will add the greeting and commit it.",
      text: "I will add the greeting, check it and commit.",
      calls: [plan(["Add the greeting", "in_progress"], ["Commit", "pending"])],
    },
    ({ turnId }) => ({ text: "Writing the file.", calls: [addFile(fileOf(turnId), "hello\nworld")] }),
    ({ turnId }) => ({ calls: [shell(`test -s ${fileOf(turnId)} && wc -l ${fileOf(turnId)}`)] }),
    { calls: [commit("Add a greeting")] },
    { calls: [plan(["Add the greeting", "completed"], ["Commit", "completed"])] },
    { text: "Done. The greeting is committed." },
  ),

  /** Runs the fenced command. */
  run: ({ step, words, outputs }) =>
    step === 0 ? { calls: [shell(fenced(words))] } : { text: `The command answered:\n${outputs[0] ?? ""}` },

  /** Applies the fenced patch. */
  patch: ({ step, words, outputs }) =>
    step === 0
      ? { calls: [{ tool: "apply_patch", input: `${fenced(words)}\n` }] }
      : { text: `The patch answered: ${outputs[0] ?? ""}` },

  /** Asks to run the fenced command outside the sandbox. */
  approve: ({ step, words, steers, outputs }) =>
    step === 0
      ? {
          calls: [
            shell(fenced(words), {
              sandbox_permissions: "require_escalated",
              justification: "This has to be written outside the worktree.",
            }),
          ],
        }
      : { text: `Answer: ${outputs[0] ?? ""}\nHeard: ${steers.join(" | ")}` },

  /** Asks the human a question. */
  ask: ({ step, outputs }) =>
    step === 0
      ? {
          calls: [
            {
              tool: "request_user_input",
              arguments: {
                questions: [
                  {
                    id: "store",
                    header: "Storage",
                    question: "Which store should hold it?",
                    options: [
                      { label: "SQLite (Recommended)", description: "One file, no server." },
                      { label: "Postgres", description: "A server to run." },
                    ],
                  },
                ],
              },
            },
          ],
        }
      : { text: `Chosen: ${outputs[0] ?? ""}` },

  /** A command that runs until it is interrupted; the fenced words mark it in the process table. */
  slow: ({ step, words }) =>
    step === 0
      ? {
          text: "This takes a while.",
          calls: [shell(`: ${fenced(words)}; while true; do echo tick; sleep 0.2; done`, { yield_time_ms: 30_000 })],
        }
      : { text: "It ended." },

  /** Small steps until words are added. */
  steps: ({ step, steers }) => {
    if (steers.length > 0) return { text: `Steered after ${step} steps: ${steers.join(" | ")}` };
    return step < 40
      ? { text: `Step ${step + 1}.`, calls: [shell("sleep 0.1; echo one more")] }
      : { text: "Never steered." };
  },

  /** Calls the engine's `status` verb. */
  tool: ({ step, outputs }) =>
    step === 0
      ? { calls: [{ tool: "status", namespace: "mcp__cox", arguments: {} }] }
      : { text: `The verb answered: ${outputs[0] ?? ""}` },

  /** A failing test, then the fix. */
  flaky: inOrder(
    { calls: [addFile("check.sh", 'grep -q right answer.txt && echo "1 passed"')] },
    { calls: [addFile("answer.txt", "wrong")] },
    { text: "Running the test.", calls: [shell("sh check.sh")] },
    { text: "It fails; the answer is wrong.", calls: [shell("echo right > answer.txt")] },
    { calls: [shell("sh check.sh")] },
    { calls: [commit("Answer right")] },
    { text: "Fixed." },
  ),

  /** Far more output than anyone reads. */
  flood: inOrder(
    { calls: [shell("i=0; while [ $i -lt 40000 ]; do echo line $i of far too many; i=$((i+1)); done")] },
    { text: "That was long." },
  ),

  /** The thread's first request is refused by the service. */
  error429: ({ earlier }) => (earlier === 0 ? { status: 429 } : { text: "Through at last." }),

  /** The connection breaks once in mid-answer. */
  drop: ({ attempt }) => (attempt === 0 ? { text: "This will bre", drop: true } : { text: "Through at last." }),

  /** A long transcript. */
  long: ({ step }) =>
    step < 60
      ? { text: `Part ${step + 1} of 60.`, calls: [shell(`echo part ${step + 1}`)] }
      : { text: "All parts told." },

  /** A structured verdict. */
  verdict: () => ({ text: JSON.stringify({ verdict: "pass", findings: 2 }) }),

  /** The smallest turn that commits. */
  small: inOrder(
    { calls: [shell("date +%s%N > small.txt && git add -A && git commit -q -m 'Small change'")] },
    { text: "Done." },
  ),
};
