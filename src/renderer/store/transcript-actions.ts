import type { Problem } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { transcriptBlock } from "../../contract/items.ts";
import type { TranscriptPage } from "../../contract/procedures.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Usage } from "../../contract/usage.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import { withTurns } from "./detail-mirror.ts";
import { hashOf } from "./route.ts";
import type { Notice, Route, Stores } from "./stores.ts";
import { withPage } from "./transcript-window.ts";

interface Deps {
  readonly stores: Stores;
  readonly client: () => EngineClient | undefined;
  readonly tellFailure: (told: Problem, again: () => void) => void;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly go: (route: Route) => void;
  readonly page: Pick<Window, "history">;
}

const pageItems = 200;

type Place = { before: number; limit: number } | { after: number; limit: number } | { around: number; limit: number };

/** What the reader of a transcript does: pages one way or the other, and goes to a place. */
export function createTranscriptActions({ stores, client, tellFailure, notify, go, page }: Deps) {
  const { detail, view } = stores;
  let times = 0;

  async function read(id: WorkstreamId, place: Place, where: "older" | "newer" | "here"): Promise<boolean> {
    const engine = client();
    if (engine === undefined || detail.getState().paging.has(id)) return false;
    detail.setState(({ paging }) => ({ paging: new Set([...paging, id]) }));
    try {
      put(id, await engine.workstream.transcript({ workstreamId: id, ...place }), where);
      return true;
    } catch (thrown) {
      tellFailure(problemOfCall(thrown), () => void read(id, place, where));
      return false;
    } finally {
      detail.setState(({ paging }) => ({ paging: new Set([...paging].filter((other) => other !== id)) }));
    }
  }

  function put(id: WorkstreamId, told: TranscriptPage, where: "older" | "newer" | "here"): void {
    detail.setState(({ details }) => {
      const now = details[id];
      if (now === undefined) return {};
      const window = withPage(now, told, where);
      const next = { ...now, ...window, turns: withTurns(now.turns, told.turns, window.items) };
      return { details: { ...details, [id]: next } };
    });
  }

  return {
    async loadOlder(id: WorkstreamId): Promise<void> {
      const mirror = detail.getState().details[id];
      const before = mirror?.items[0]?.ordinal;
      if (mirror?.more !== true || before === undefined) return;
      // Down to the edge of a block, so that what is folded together there is not cut.
      const from = Math.max(0, before - 1 - pageItems);
      const edge = from + ((transcriptBlock - (from % transcriptBlock)) % transcriptBlock);
      await read(id, { before, limit: before - 1 - edge }, "older");
    },
    async loadNewer(id: WorkstreamId): Promise<void> {
      const mirror = detail.getState().details[id];
      const after = mirror?.items.at(-1)?.ordinal;
      if (mirror?.newer !== true || after === undefined) return;
      await read(id, { after, limit: pageItems }, "newer");
    },
    /** Has an item in memory, with those around it. */
    async loadAround(id: WorkstreamId, ordinal: number): Promise<void> {
      const mirror = detail.getState().details[id];
      if (mirror === undefined) return;
      const isThere = mirror.items.some((item) => item.ordinal === ordinal);
      if (!isThere || mirror.stale) await read(id, { around: ordinal, limit: pageItems }, "here");
    },
    /** Has the newest items in memory. */
    async loadEnd(id: WorkstreamId): Promise<void> {
      const mirror = detail.getState().details[id];
      if (mirror?.newer !== true) return;
      const over = Math.max(0, mirror.last - pageItems) % transcriptBlock;
      await read(id, { before: mirror.last + 1, limit: pageItems + over }, "here");
    },
    /** Tells the mirror whether the reader is at the end. */
    follow(id: WorkstreamId, following: boolean): void {
      const mirror = detail.getState().details[id];
      if (mirror === undefined || mirror.following === following) return;
      detail.setState(({ details }) => ({ details: { ...details, [id]: { ...mirror, following } } }));
    },
    /** The ordinal of the next item that has a text, one way or the other; undefined where there is none, or nobody answers. */
    async findInTranscript(
      workstreamId: WorkstreamId,
      wanted: { readonly text: string; readonly from: number; readonly way: "older" | "newer" },
      signal: AbortSignal,
      onProgress: (to: number) => void,
    ): Promise<number | undefined> {
      let { from } = wanted;
      try {
        while (!signal.aborted) {
          const told = await client()?.workstream.find({ ...wanted, workstreamId, from });
          if (told?.found !== undefined || told === undefined || told.done) return told?.found;
          from = told.to;
          onProgress(from);
        }
      } catch (thrown) {
        if (!signal.aborted) tellFailure(problemOfCall(thrown), () => {});
      }
      return undefined;
    },
    /** What it cost so far, or why that cannot be read. */
    async readUsage(id: WorkstreamId): Promise<Usage | Problem | undefined> {
      try {
        return await client()?.workstream.usage({ workstreamId: id });
      } catch (thrown) {
        return problemOfCall(thrown);
      }
    },
    /** Puts what is under the cursor on the clipboard. */
    copy(text: string): void {
      navigator.clipboard.writeText(text).then(
        () => notify({ tone: "done", text: "Copied." }),
        () => notify({ tone: "failed", text: "The clipboard could not be written.", next: "Select it and copy it." }),
      );
    },
    /** Goes to one item of a transcript: loads what is around it, brings it into view and marks it. */
    showItem({ id, number }: Pick<Workstream, "id" | "number">, ordinal: number): void {
      go({ screen: "workstream", number, tab: "transcript", item: ordinal });
      times += 1;
      view.setState({ shown: { workstreamId: id, ordinal, times } });
    },
    /** The reader went on from the item the address names: from now on it names the transcript. */
    leaveItem(): void {
      const { route, shown } = view.getState();
      if (shown !== undefined) view.setState({ shown: undefined });
      if (route.screen !== "workstream" || route.item === undefined) return;
      const { item: _left, ...rest } = route;
      page.history.replaceState(null, "", hashOf(rest));
      view.setState({ route: rest });
    },
  };
}
