import type { SearchAnswer, SearchHit } from "../../contract/search.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import { hitKey, mostRecent, searchRows, withPage, type SearchContext, type SearchOrder } from "./search-store.ts";
import type { Notice, Route, Stores } from "./stores.ts";

export interface SearchActionsDeps {
  readonly stores: Pick<Stores, "search">;
  readonly client: () => EngineClient | undefined;
  readonly go: (route: Route) => void;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
}

/** How many items are read around a hit: those before it, and itself with those after. */
const around = { before: 4, after: 6 };
const mostContexts = 50;

/** Finding: typing, walking what was found, looking closer and going there. */
export function createSearchActions({ stores: { search }, client, go, notify, command }: SearchActionsDeps) {
  /** Only the newest search counts: those before it are called off. */
  let running: AbortController | undefined;

  async function look(offset = 0): Promise<void> {
    running?.abort();
    const engine = client();
    const { text, order, found } = search.getState();
    if (text.trim() === "") return search.setState({ busy: false, found: undefined, problem: undefined });
    if (engine === undefined) return;
    const mine = new AbortController();
    running = mine;
    search.setState({ busy: true });
    try {
      const answer = await engine.search.find({ text: text.slice(0, 500), order, offset }, { signal: mine.signal });
      if (mine.signal.aborted) return;
      const whole = offset > 0 && found !== undefined ? withPage(found.answer, answer) : answer;
      search.setState({ found: { text, answer: whole }, problem: undefined, busy: false });
    } catch (thrown) {
      if (!mine.signal.aborted) search.setState({ problem: problemOfCall(thrown), busy: false });
    }
  }

  function keep(): void {
    const text = search.getState().text.trim();
    if (text === "") return;
    search.setState(({ recent }) => ({
      recent: [text, ...recent.filter((other) => other !== text)].slice(0, mostRecent),
    }));
  }

  async function readAround(hit: SearchHit): Promise<void> {
    const engine = client();
    const key = hitKey(hit);
    const known = search.getState().contexts[key];
    if (engine === undefined || (known !== undefined && known.kind !== "problem")) return;
    const set = (context: SearchContext): void =>
      search.setState(({ contexts: { [key]: _before, ...others } }) => ({
        contexts: { ...Object.fromEntries(Object.entries(others).slice(1 - mostContexts)), [key]: context },
      }));
    set({ kind: "busy" });
    const { workstreamId, ordinal } = hit;
    try {
      if (hit.kind === "ticket") {
        const { title, body } = (await engine.workstream.show({ workstreamId })).ticket;
        return set({ kind: "ticket", title, body });
      }
      const limit = around.before + around.after;
      const page = await engine.workstream.transcript({ workstreamId, before: ordinal + around.after, limit });
      set({ kind: "items", items: page.items });
    } catch (thrown) {
      set({ kind: "problem", problem: problemOfCall(thrown) });
    }
  }

  return {
    findText(text: string): void {
      search.setState({ text, at: 0 });
    },
    look,
    orderFound(order: SearchOrder): void {
      search.setState({ order, at: 0 });
    },
    selectFound(at: number): void {
      const rows = searchRows(search.getState());
      search.setState({ at: Math.max(0, Math.min(rows.length - 1, at)) });
    },
    peekFound(peek: boolean): void {
      search.setState({ peek });
    },
    readAround,
    async bringBackFound({ id, name }: SearchAnswer["workstreams"][number]): Promise<void> {
      const back = await command(id, (engine, extras) => engine.workstream.unarchive({ workstreamId: id, ...extras }));
      if (back === undefined) return;
      notify({ tone: "done", text: `Brought ${name} back.` });
      await look();
    },
    /** Goes to the place of a hit, and remembers what led there. */
    openFound({ number, name, phase }: SearchAnswer["workstreams"][number], hit: SearchHit): void {
      keep();
      if (phase === "archived") {
        search.setState({ peek: true });
        return notify({ tone: "done", text: `${name} was put away: it is shown here.`, next: "b brings it back." });
      }
      if (hit.kind === "ticket") return go({ screen: "workstream", number, tab: "plan" });
      go({ screen: "workstream", number, tab: "transcript", ...(hit.ordinal === 0 ? {} : { item: hit.ordinal }) });
    },
  };
}
