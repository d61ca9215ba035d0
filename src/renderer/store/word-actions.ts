import type { WorkstreamId } from "../../contract/ids.ts";
import type { Mention } from "../../contract/mentions.ts";
import type { Words, Workstream } from "../../contract/states.ts";
import type { EngineClient } from "../client.ts";
import type { Notice, Stores } from "./stores.ts";
import { sendingDraft } from "./drafts.ts";

interface Deps {
  readonly stores: Stores;
  readonly client: () => EngineClient | undefined;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly setDraft: (key: string, text: string) => void;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
}

const steered = { now: "Told", next: "Queued for the next turn of", interrupt: "Interrupting and telling" } as const;

/** Words for authors: said, taken back, mended, and what they mention. */
export function createWordActions({ stores, client, notify, setDraft, command }: Deps) {
  const { draft } = stores;
  const draftOf = (key: string): string => draft.getState().drafts[key] ?? "";

  /** Words that came back as a draft without it being known whether they arrived; told again as they are, they keep their key. */
  const unsure = new Map<string, { readonly words: string; readonly same: string; readonly key: string }>();
  draft.subscribe(({ drafts }) => {
    for (const [draftKey, { words }] of unsure) if (drafts[draftKey]?.trim() !== words) unsure.delete(draftKey);
  });

  async function steer(
    workstream: Pick<Workstream, "id" | "name">,
    text: string,
    when: Words["when"],
    draftKey: string,
  ): Promise<void> {
    const words = text.trim();
    if (words === "") return;
    const same = JSON.stringify([workstream.id, words, when]);
    const known = unsure.get(draftKey);
    const before = known?.same === same ? known.key : undefined;
    let key = "";
    // Until it is known to have arrived it is kept under another name, which a reload takes for a draft again.
    setDraft(sendingDraft(draftKey), text);
    setDraft(draftKey, "");
    const sent = await command(workstream.id, (engine, extras) => {
      key = before ?? extras.commandKey;
      return engine.workstream.steer({ workstreamId: workstream.id, text: words, when, ...extras, commandKey: key });
    });
    setDraft(sendingDraft(draftKey), "");
    if (sent === undefined) {
      if (draftOf(draftKey) !== "") return;
      setDraft(draftKey, text);
      // Only once: an engine that was ended in the middle of it knows the key, and takes it no more.
      if (before === undefined && key !== "") unsure.set(draftKey, { words, same, key });
      return;
    }
    stores.sent.add(workstream.id, words);
    notify({ tone: "done", text: `${steered[when]} ${workstream.name}.` });
  }

  /** Takes words back; what they said, or nothing where the author has them already. */
  function takeBack(id: WorkstreamId, wordsId: string) {
    return command(id, (engine, extras) => engine.workstream.unsay({ workstreamId: id, wordsId, ...extras }));
  }

  return {
    steer,
    async unsay(workstream: Pick<Workstream, "id" | "name">, wordsId: string): Promise<void> {
      const taken = await takeBack(workstream.id, wordsId);
      if (taken === undefined) return;
      notify({
        tone: "done",
        text: "Taken back.",
        undo: () => void steer(workstream, taken.text, taken.when, `unsaid:${wordsId}`),
      });
    },
    /** Takes words back to be written anew; what is being written already stays below them. */
    async editWords(id: WorkstreamId, wordsId: string, draftKey: string): Promise<void> {
      const taken = await takeBack(id, wordsId);
      if (taken === undefined) return;
      const written = draftOf(draftKey);
      setDraft(draftKey, written === "" ? taken.text : `${taken.text}\n${written}`);
    },
    /** What may be meant; nothing while the engine is away. */
    async mention(
      workstreamId: WorkstreamId,
      what: "file" | "symbol",
      text: string,
    ): Promise<{ readonly found: readonly Mention[]; readonly partial: boolean }> {
      try {
        return (await client()?.workstream.mention({ workstreamId, what, text })) ?? { found: [], partial: false };
      } catch {
        // Nobody waits for it: the words can be written without.
        return { found: [], partial: false };
      }
    },
  };
}
