import type { Problem } from "../../contract/errors.ts";
import type { Loosening, Project, Workstream } from "../../contract/states.ts";
import type { EngineClient } from "../client.ts";
import type { Notice } from "./stores.ts";

interface Extras {
  readonly focusedMs: number;
  readonly commandKey: string;
}

export interface PassingActionsDeps {
  readonly notify: (notice: Omit<Notice, "id">) => void;
  /** Sends a command and answers why it was not carried out. */
  readonly refused: (
    about: string,
    call: (engine: EngineClient, extras: Extras) => Promise<unknown>,
  ) => Promise<Problem | undefined>;
}

/** What only the human can let pass. Both answer why not, for the one who was shown what it is and gave a reason. */
export function createPassingActions({ notify, refused }: PassingActionsDeps) {
  return {
    /** Lets a change to harness files pass: the one that was judged under this digest, and no other. */
    async waive({ id, name }: Workstream, digest: string, why: string): Promise<Problem | undefined> {
      const problem = await refused(id, (engine, extras) =>
        engine.workstream.waive({ workstreamId: id, gate: "harness", digest, why, ...extras }),
      );
      if (problem === undefined) notify({ tone: "done", text: `The change of ${name} to harness files passes.` });
      return problem;
    },
    /** Gives a project what its policy asks for. */
    async allow({ id, name }: Project, loosening: Loosening, why: string): Promise<Problem | undefined> {
      const problem = await refused(id, (engine, extras) =>
        engine.project.allow({ projectId: id, loosening, allow: true, why, ...extras }),
      );
      const next = "It holds for threads opened from now on: stop and retry open one anew.";
      if (problem === undefined) notify({ tone: "done", text: `${name}: ${loosening} is allowed.`, next });
      return problem;
    },
  };
}
