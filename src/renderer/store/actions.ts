import { problem, type Problem } from "../../contract/errors.ts";
import type { ProjectId, RequestId, WorkstreamId } from "../../contract/ids.ts";
import type { Decision, Request } from "../../contract/requests.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Budget } from "../../contract/usage.ts";
import { isOutOfBudget } from "./abilities.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import { createDiffActions } from "./diff-actions.ts";
import type { FocusClock } from "./focus-clock.ts";
import { createGridActions } from "./grid-actions.ts";
import { createQueueActions } from "./queue-actions.ts";
import { hashOf, homeOf } from "./route.ts";
import { createWordActions } from "./word-actions.ts";
import { createTranscriptActions } from "./transcript-actions.ts";
import { createPassingActions } from "./passing-actions.ts";
import { createSetupActions } from "./setup-actions.ts";
import { createCompareActions } from "./compare-actions.ts";
import { createSearchActions } from "./search-actions.ts";
import { createSettingsActions } from "./settings-actions.ts";
import { createUndo } from "./undo.ts";
import { createReviewActions } from "./review-actions.ts";
import { createWorktreeActions } from "./worktree-actions.ts";
import type { Notice, Overlay, Route, Stores, ViewState } from "./stores.ts";
import { keptRecent } from "./stores.ts";

/** Everything the human can do, in one place. The stores change when the engine says so, never because a call returned. */
export type Actions = ReturnType<typeof createActions>;

export interface ActionsDeps {
  readonly stores: Stores;
  readonly client: () => EngineClient | undefined;
  readonly focus: FocusClock;
  readonly newKey: () => string;
  readonly page: Pick<Window, "history">;
}

interface CommandExtras {
  readonly focusedMs: number;
  readonly commandKey: string;
}

const noticeMs = 6_000;

export function createActions({ stores, client, focus, newKey, page }: ActionsDeps) {
  const { view, draft, queue } = stores;
  const undo = createUndo(notify);
  const queueActions = createQueueActions({ stores, notify, undo, command });
  let notices = 0;

  function notify(notice: Omit<Notice, "id">): void {
    notices += 1;
    const id = notices;
    const announcement = notice.next === undefined ? notice.text : `${notice.text} ${notice.next}`;
    view.setState((state) => ({ notices: [...state.notices, { ...notice, id }].slice(-3), announcement }));
    if (notice.tone === "done") setTimeout(() => dismiss(id), noticeMs);
  }

  function dismiss(id: number): void {
    view.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
  }

  /** Sends one command. A repeat after a failure carries the same key, so that it is never carried out twice. */
  async function command<T>(
    about: string,
    call: (engine: EngineClient, extras: CommandExtras) => Promise<T>,
  ): Promise<T | undefined> {
    const extras = { focusedMs: focus.take(about), commandKey: newKey() };
    queue.setState(({ mine }) => ({ mine: new Set([...mine, about]) }));
    return attempt(extras);

    async function attempt(given: CommandExtras): Promise<T | undefined> {
      const engine = client();
      try {
        if (engine === undefined) throw new Error("No connection.");
        return await call(engine, given);
      } catch (thrown) {
        tellFailure(engine === undefined ? offline : problemOfCall(thrown), () => void attempt(given));
        return undefined;
      }
    }
  }

  /** Sends one command for a dialog, which itself tells why not. */
  async function refused(
    about: string,
    call: (engine: EngineClient, extras: CommandExtras) => Promise<unknown>,
  ): Promise<Problem | undefined> {
    const extras = { focusedMs: focus.take(about), commandKey: newKey() };
    queue.setState(({ mine }) => ({ mine: new Set([...mine, about]) }));
    const engine = client();
    if (engine === undefined) return offline;
    try {
      await call(engine, extras);
      return undefined;
    } catch (thrown) {
      return problemOfCall(thrown);
    }
  }

  function tellFailure(told: Problem, again: () => void): void {
    const text = told.cause === undefined ? told.message : `${told.message} (${told.cause})`;
    notify({ tone: "failed", text, next: told.next, ...(told.code === "UNAVAILABLE" ? { again } : {}) });
  }

  async function answer(request: Request, decision: Decision): Promise<void> {
    const { id, workstreamId } = request;
    if (view.getState().sending.has(id)) return;
    view.setState(({ sending }) => ({ sending: new Set([...sending, id]), declining: undefined }));
    const items = Object.values(stores.engine.getState().fleet.attention).filter((item) => item.requestId === id);
    const decided = new Set(items.map((item) => item.id));
    queueActions.decideOn(decided);
    const answered = await command(id, (engine, extras) =>
      engine.workstream.answer({ workstreamId, requestId: id, decision, ...extras }),
    );
    if (answered !== undefined) {
      setDraft(declineDraft(id), "");
      view.setState(({ picked: { [id]: _done, ...picked } }) => ({ picked }));
      undo.did({ sent: `The answer to ${nameOf(workstreamId)} is with its author.` });
    } else queueActions.undecide(decided);
    view.setState(({ sending }) => ({ sending: new Set([...sending].filter((other) => other !== id)) }));
  }

  /** Answers one question; when it was the last open one of its request, all answers are sent. */
  async function pick(request: Request, questionId: string, answers: string[]): Promise<void> {
    if (request.body.kind !== "question") return;
    const picked = { ...view.getState().picked[request.id], [questionId]: answers };
    view.setState((state) => ({ picked: { ...state.picked, [request.id]: picked } }));
    if (request.body.questions.every((question) => picked[question.id] !== undefined)) {
      await answer(request, { kind: "answers", answers: picked });
    }
  }

  function setDraft(key: string, text: string): void {
    draft.setState(({ drafts: { [key]: _old, ...drafts }, elsewhere }) => ({
      drafts: text === "" ? drafts : { ...drafts, [key]: text },
      elsewhere: elsewhere.has(key) ? elsewhere.difference(new Set([key])) : elsewhere,
    }));
  }

  async function retry({ id, name }: Workstream): Promise<void> {
    const done = await command(id, (engine, extras) => engine.workstream.retry({ workstreamId: id, ...extras }));
    if (done !== undefined) notify({ tone: "done", text: `Taking ${name} up again.` });
  }

  function nameOf(id: WorkstreamId): string {
    return stores.engine.getState().fleet.workstreams[id]?.name ?? "it";
  }

  async function archive({ id, name }: Workstream): Promise<void> {
    const away = (): Promise<unknown> =>
      command(id, (engine, extras) => engine.workstream.archive({ workstreamId: id, ...extras }));
    if ((await away()) === undefined) return;
    if (view.getState().route.screen === "workstream") go(view.getState().home);
    undo.did({
      text: `Put ${name} away.`,
      undo: async () =>
        (await command(id, (engine, extras) => engine.workstream.unarchive({ workstreamId: id, ...extras }))) !==
        undefined,
      redo: async () => (await away()) !== undefined,
    });
    notify({ tone: "done", text: `Put ${name} away.`, next: archivedStays });
  }

  function go(route: Route): void {
    if (hashOf(route) === hashOf(view.getState().route)) return;
    page.history.pushState(null, "", hashOf(route));
    view.setState({
      route,
      ...homeOf(route),
      consent: undefined,
      declining: undefined,
      steering: false,
      region: undefined,
    });
  }

  return {
    ...createSetupActions({ stores, client, notify, command }),
    ...queueActions,
    undo: undo.undo,
    redo: undo.redo,
    archive,
    ...createWorktreeActions({ stores, client, notify, command }),
    ...createPassingActions({ notify, refused }),
    ...createSearchActions({ stores, client, go, notify, command }),
    ...createCompareActions({ stores, client, undo, notify, command, refused }),
    ...createGridActions({ stores, client, notify, refused }),
    ...createReviewActions({ stores, newKey, notify, setDraft, command, refused, undo }),
    ...createSettingsActions({ command, refused }),
    ...createWordActions({ stores, client, notify, setDraft, command }),
    ...createTranscriptActions({ stores, client, tellFailure, notify, go, page }),
    ...createDiffActions({ stores, client, notify }),
    notify,
    dismiss,
    answer,
    pick,
    setDraft,
    go,
    /** Changes what the window shows; nothing of it reaches the engine. */
    show(change: Partial<Pick<ViewState, ViewChange>>): void {
      view.setState(change);
    },
    /** Remembers what was chosen in the palette. */
    chose(id: string): void {
      view.setState(({ recent }) => ({ recent: [id, ...recent.filter((other) => other !== id)].slice(0, keptRecent) }));
    },
    openOverlay(overlay: Overlay | undefined): void {
      view.setState(overlay === "start" ? { overlay } : { overlay, ticket: undefined });
    },
    async interrupt({ id, name }: Workstream): Promise<void> {
      const done = await command(id, (engine, extras) => engine.workstream.interrupt({ workstreamId: id, ...extras }));
      if (done !== undefined) notify({ tone: "done", text: `Interrupting ${name}.` });
    },
    async stop({ id, name }: Workstream): Promise<void> {
      const done = await command(id, (engine, extras) => engine.workstream.stop({ workstreamId: id, ...extras }));
      if (done !== undefined) notify({ tone: "done", text: `Stopped ${name}.`, next: "Shift+R takes it up again." });
    },
    retry,

    /** Sets what it may spend; one that its budget had stopped is taken up again. */
    async setBudget(workstream: Workstream, budget: Budget): Promise<void> {
      const { id, name } = workstream;
      const set = await command(id, (engine, extras) =>
        engine.workstream.setBudget({ workstreamId: id, budget, ...extras }),
      );
      if (set === undefined) return;
      if (isOutOfBudget(workstream)) await retry(workstream);
      else notify({ tone: "done", text: `Set the budget of ${name}.` });
    },
    async pause({ id, name }: Workstream): Promise<void> {
      const done = await command(id, (engine, extras) => engine.workstream.pause({ workstreamId: id, ...extras }));
      if (done !== undefined)
        notify({ tone: "done", text: `Pausing ${name}.`, next: "Shift+R takes it up as it was." });
    },
    /** Answers why not, for the one who asked to see and perhaps to confirm by name. */
    async remove({ id, name }: Workstream, signal: AbortSignal, confirm?: string): Promise<Problem | undefined> {
      const why = await refused(id, (engine, extras) =>
        engine.workstream.delete({ workstreamId: id, confirm, ...extras }, { signal }),
      );
      if (why !== undefined) return why;
      if (view.getState().route.screen === "workstream") go(view.getState().home);
      notify({ tone: "done", text: `Deleting ${name}.`, next: "For thirty days `cox restore` brings its work back." });
      return undefined;
    },
    openProject(path: string) {
      return command("project", (engine, extras) => engine.project.open({ path, ...extras }));
    },
    start(
      input: { projectId: ProjectId; agent?: string; model?: string; attempts?: number } & (
        | { text: string }
        | { ticketKey: string }
      ),
    ) {
      return command("start", (engine, extras) => engine.workstream.start({ ...input, ...extras }));
    },
    async listTickets(projectId: ProjectId) {
      return client()?.ticket.list({ projectId });
    },
  };
}

type ViewChange =
  | "hostNotice"
  | "offered"
  | "consent"
  | "selected"
  | "spot"
  | "worktree"
  | "steering"
  | "declining"
  | "whole"
  | "region"
  | "diffStyle"
  | "setting"
  | "ticket"
  | "rebinding"
  | "diffWhitespace"
  | "diffSince"
  | "diffPlaces"
  | "announcement"
  | "pendingKeys";

const archivedStays =
  "z brings it back. Its branch, worktree and transcript stay; Shift+D on it among the worktrees (g w) deletes them.";

const offline = problem(
  "UNAVAILABLE",
  "Not connected to the engine, so nothing was sent.",
  "It is tried again by itself.",
);

/** Keys of drafts. */
export const composerDraft = (id: WorkstreamId): string => `composer:${id}`;
export const steerDraft = (id: WorkstreamId): string => `steer:${id}`;
export const declineDraft = (id: RequestId): string => `decline:${id}`;
export const questionDraft = (id: RequestId, questionId: string): string => `answer:${id}:${questionId}`;
export const startDraft = "start";
