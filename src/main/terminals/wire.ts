import { z } from "zod";
import { terminalFrameSchema, terminalPreviewSchema, type TerminalGrid } from "../../contract/terminals.ts";

/** What a shell is started with. */
export interface ShellStart extends TerminalGrid {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** An entry of `env`, as `NAME=value`, that nothing else has. */
  readonly mark: string;
}

/** What the engine asks of the keeper. */
export type Asked =
  | { readonly kind: "open"; readonly id: string; readonly workstreamId: string; readonly start: ShellStart }
  | { readonly kind: "watch"; readonly watch: number; readonly workstreamIds: readonly string[]; readonly rows: number }
  | { readonly kind: "unwatch"; readonly watch: number }
  | { readonly kind: "write"; readonly id: string; readonly text: string }
  | ({ readonly kind: "resize"; readonly id: string } & TerminalGrid)
  | { readonly kind: "attach"; readonly id: string; readonly reader: number }
  | { readonly kind: "detach"; readonly id: string; readonly reader: number }
  | { readonly kind: "ack"; readonly id: string; readonly reader: number; readonly at: number }
  /** Asks what is at work; answered by `work` with the same number. */
  | { readonly kind: "look"; readonly ids: readonly string[]; readonly call: number }
  | { readonly kind: "close"; readonly id: string };

/** What the keeper tells. It carries what programs print, so it is parsed like anything else from outside. */
export const toldSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("opened"), id: z.string() }),
  z.object({ kind: z.literal("refused"), id: z.string(), why: z.string() }),
  z.object({ kind: z.literal("frame"), id: z.string(), reader: z.number(), frame: terminalFrameSchema }),
  z.object({ kind: z.literal("work"), call: z.number(), programs: z.array(z.string()) }),
  z.object({ kind: z.literal("previews"), watch: z.number(), previews: z.array(terminalPreviewSchema) }),
  /** The shell is gone, and all that was started from it. */
  z.object({ kind: z.literal("gone"), id: z.string() }),
]);
export type Told = z.infer<typeof toldSchema>;
