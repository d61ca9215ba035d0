import { z } from "zod";
import type { WorkstreamId } from "../contract/ids.ts";
import { plain } from "../contract/plain.ts";
import type { PrincipalKind } from "../contract/principals.ts";
import type { Client } from "../contract/procedures.ts";

/** What a verb works with. */
export interface Call<Args> {
  readonly client: Client;
  /** The workstream it is about; undefined when none is named or implied. */
  readonly workstreamId: WorkstreamId | undefined;
  /** The word that named it, for hints that name it again; absent when it is implied. */
  readonly named?: string;
  readonly args: Args;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Hears what goes on until there is an answer, line by line. */
  readonly tell: (line: string) => void;
  /** All that stands on standard input; absent where a terminal would show it, or where there is none. */
  readonly input?: () => Promise<string>;
  /** Who reads the text: it says how to see more in the reader's own words. */
  readonly surface: "cli" | "tool";
}

export interface Answer {
  /** The answer and nothing else. */
  readonly text: string;
  /** The same for programs; JSON-shaped. */
  readonly data: unknown;
  /** Whether it found something wrong: a shell is to see that without reading. */
  readonly wrong?: boolean;
}

interface VerbFacts {
  readonly name: string;
  /** One sentence; it is the tool's description and the line in `cox help`. */
  readonly summary: string;
  readonly callers: readonly PrincipalKind[];
  /** Whether it changes nothing. */
  readonly readOnly: boolean;
  /** `one`: it is about a workstream, named or implied. `maybe`: it also has an answer without one. */
  readonly about: "one" | "maybe" | "none";
  /** Names of arguments that may be given by position, in order. Those without a default must be given. */
  readonly positional: readonly string[];
}

interface VerbOf<Args extends z.ZodObject> extends VerbFacts {
  readonly args: Args;
  readonly run: (call: Call<z.infer<Args>>) => Promise<Answer>;
}

/** Something an agent or a human may ask of the engine by name. */
export interface Verb extends VerbFacts {
  readonly args: z.ZodObject;
  /** The arguments as JSON Schema. */
  readonly schema: () => Record<string, unknown>;
  /** Parses the arguments and asks. Throws what the client throws, or a `ZodError` for arguments that do not fit. */
  readonly run: (call: Call<unknown>) => Promise<Answer>;
}

export function verb<Args extends z.ZodObject>(facts: VerbOf<Args>): Verb {
  return {
    ...facts,
    schema: () => {
      const { $schema: _version, ...schema } = z.toJSONSchema(facts.args, { io: "input" });
      return schema;
    },
    run: async (call) => {
      const answer = await facts.run({ ...call, args: facts.args.parse(call.args) });
      return { ...answer, text: plain(answer.text) };
    },
  };
}
