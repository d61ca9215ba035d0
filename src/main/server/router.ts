import { implement, type Router } from "@orpc/server";
import { rankAttention } from "../../contract/attention.ts";
import { unwrap, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { contract, protocolVersion, type Client, type Contract } from "../../contract/procedures.ts";
import type { Workstream } from "../../contract/states.ts";
import { settingNames, settingsOf } from "../../contract/settings.ts";
import { tallyOf } from "../../contract/tally.ts";
import { guarded, type CallContext } from "./access.ts";
import { createCommands } from "./commands.ts";
import { noWorkstream, type Feed } from "./feed.ts";
import type { Engine } from "../engine.ts";
import { find } from "./find.ts";
import { tellInstalling } from "./installing.ts";
import { tellMeasuring } from "./measuring.ts";
import { openDemo } from "./open-project.ts";
import type { Fleet, Journal, Review, Storage } from "./parts.ts";
import { toldTo } from "./told-to.ts";

export type Checks = Awaited<ReturnType<Client["engine"]["doctor"]>>["checks"];

export interface RouterDeps {
  readonly fleet: Fleet;
  readonly review: Review;
  readonly journal: Pick<Journal, "published" | "trouble">;
  readonly storage: Storage;
  readonly feed: Feed;
  readonly doctor: () => Promise<Checks>;
  readonly pool: Engine["pool"];
  readonly holdPool: Engine["holdPool"];
  readonly disk: Engine["disk"];
  readonly terminals: Engine["terminals"];
  readonly agents: Engine["agents"];
  readonly installAgent: Engine["installAgent"];
  readonly makeDemo: Engine["makeDemo"];
  readonly secrets: Engine["secrets"];
  readonly settings: Engine["settings"];
  readonly readers: Readers;
  readonly clock: () => number;
  readonly newId: (prefix: "c") => string;
  readonly version: string;
  /** Told what nobody foresaw, with the name of the procedure. */
  readonly onFault: (name: string, thrown: unknown) => void;
}

export interface Readers {
  /** A new reader's token and the address that takes it. */
  invite(): Promise<Result<{ readonly url: string; readonly token: string }>>;
  dismiss(): Promise<Result<void>>;
}

/** Named by the contract, because what is inferred is too long for the compiler to write down. */
export type EngineRouter = Router<Contract, CallContext>;

/**
 * Answers the contract. Who may call what is decided before the input is read; what is asked is parsed by the contract;
 * what is answered is trusted, because the types of the engine and of the contract are the same.
 */
export function createRouter(deps: RouterDeps): EngineRouter {
  const { fleet, review, journal, storage, feed, doctor, secrets, terminals, clock, version } = deps;
  const startedAt = clock();
  const { carryOut } = createCommands(deps);
  const os = implement(contract, { initialOutputValidationIndex: Number.NaN })
    .$context<CallContext>()
    .use(({ context, path, procedure, next }, input) =>
      guarded({ context, name: path.join("."), access: procedure["~orpc"].meta, input }, deps.onFault, async () =>
        next(),
      ),
    );

  const state = () => journal.published().state;

  function existing(id: WorkstreamId): Workstream {
    return state().workstreams[id] ?? unwrap(noWorkstream(id));
  }

  return os.router({
    engine: {
      hello: os.engine.hello.handler(({ context }) => ({
        protocol: protocolVersion,
        version,
        principal: context.principal,
        pid: process.pid,
        startedAt,
      })),
      tally: os.engine.tally.handler(() => tallyOf(state(), clock())),
      doctor: os.engine.doctor.handler(async () => ({ checks: await doctor() })),
    },
    secret: {
      list: os.secret.list.handler(async () => unwrap(await secrets.list())),
      set: os.secret.set.handler(async (call) => {
        const { value, ...onRecord } = call.input;
        await carryOut({ ...call, input: onRecord }, () => secrets.set(onRecord.name, value));
        return {};
      }),
      remove: os.secret.remove.handler(async (call) => {
        await carryOut(call, () => secrets.remove(call.input.name));
        return {};
      }),
    },
    reader: {
      invite: os.reader.invite.handler((call) => carryOut(call, () => deps.readers.invite())),
      dismiss: os.reader.dismiss.handler(async (call) => {
        await carryOut(call, () => deps.readers.dismiss());
        return {};
      }),
    },
    agent: {
      list: os.agent.list.handler(() => deps.agents()),
      install: os.agent.install.handler((call) =>
        tellInstalling(
          (onProgress, signal) => carryOut(call, () => deps.installAgent(call.input.agent, onProgress, signal)),
          call.signal,
        ),
      ),
    },
    feed: {
      fleet: os.feed.fleet.handler(({ input, signal }) => feed.fleet(input.since, signal)),
      workstream: os.feed.workstream.handler(({ input, signal }) =>
        feed.workstream(input.workstreamId, input.since, signal),
      ),
    },
    project: {
      open: os.project.open.handler((call) => carryOut(call, (by) => fleet.openProject(call.input.path, by))),
      openDemo: os.project.openDemo.handler((call) => carryOut(call, (by) => openDemo(deps, by))),
      close: os.project.close.handler(async (call) => {
        await carryOut(call, (by) => fleet.closeProject(call.input.projectId, by));
        return {};
      }),
      list: os.project.list.handler(() => Object.values(state().projects)),
      pool: os.project.pool.handler(({ input }) => {
        const pool = deps.pool(input.projectId);
        return pool === undefined ? {} : { pool };
      }),
      allow: os.project.allow.handler((call) => {
        const { projectId, loosening, allow, why } = call.input;
        return carryOut(call, (by) => fleet.allow(projectId, { loosening, allow, why }, by));
      }),
    },
    terminal: {
      open: os.terminal.open.handler((call) => {
        const { workstreamId, cols, rows, another } = call.input;
        return carryOut(call, () => terminals.open(workstreamId, { cols, rows }, another));
      }),
      list: os.terminal.list.handler(({ input }) => terminals.list(input.workstreamId)),
      attach: os.terminal.attach.handler(({ input, signal }) => unwrap(terminals.attach(input.terminalId, signal))),
      ack: os.terminal.ack.handler(({ input: { terminalId, reader, at } }) => {
        unwrap(terminals.ack(terminalId, reader, at));
        return {};
      }),
      write: os.terminal.write.handler(({ input }) => {
        unwrap(terminals.write(input.terminalId, input.text));
        return {};
      }),
      resize: os.terminal.resize.handler(({ input: { terminalId, cols, rows } }) => {
        unwrap(terminals.resize(terminalId, { cols, rows }));
        return {};
      }),
      previews: os.terminal.previews.handler(({ input, signal }) =>
        terminals.previews(input.workstreamIds, input.rows, signal),
      ),
      close: os.terminal.close.handler(async (call) => {
        await carryOut(call, () => terminals.close(call.input.terminalId));
        return {};
      }),
    },
    worktree: {
      refill: os.worktree.refill.handler((call) =>
        carryOut(call, () => {
          deps.holdPool(!call.input.on);
          return Promise.resolve({ ok: true, value: {} });
        }),
      ),
      list: os.worktree.list.handler(() => deps.disk.list()),
      adopt: os.worktree.adopt.handler((call) => {
        const { commandKey: _key, focusedMs: _focus, ...wanted } = call.input;
        return carryOut(call, (by) => fleet.adopt(wanted, by));
      }),
      release: os.worktree.release.handler((call) =>
        carryOut(call, (by) => fleet.release(call.input.workstreamId, by)),
      ),
      reclaimable: os.worktree.reclaimable.handler(async ({ input }) =>
        unwrap(await fleet.reclaimable(input.workstreamId)),
      ),
      reclaim: os.worktree.reclaim.handler((call) =>
        carryOut(call, (by) => fleet.reclaim(call.input.workstreamId, call.input.folders, by)),
      ),
    },
    disk: {
      use: os.disk.use.handler(() => deps.disk.use()),
      measure: os.disk.measure.handler(({ signal }) => tellMeasuring(deps.disk.measure, signal)),
    },
    ticket: {
      list: os.ticket.list.handler(async ({ input }) => unwrap(await fleet.tickets(input.projectId))),
    },
    workstream: {
      start: os.workstream.start.handler((call) => {
        const { commandKey: _key, focusedMs: _focus, ...wanted } = call.input;
        return carryOut(call, (by) => fleet.start(wanted, by));
      }),
      list: os.workstream.list.handler(({ input: { all } }) =>
        inOrder(Object.values(state().workstreams).filter(({ phase }) => all || phase !== "archived")),
      ),
      show: os.workstream.show.handler(async ({ input: { workstreamId }, context }) => {
        const workstream = toldTo(context.principal, existing(workstreamId));
        const [ticket, rest] = await Promise.all([storage.ticket(workstreamId), storage.planAndNotes(workstreamId)]);
        const requests = Object.entries(state().requests).filter(
          ([, request]) => request.workstreamId === workstreamId,
        );
        return { workstream, ticket: unwrap(ticket), requests: Object.fromEntries(requests), ...unwrap(rest) };
      }),
      transcript: os.workstream.transcript.handler(async ({ input }) => {
        existing(input.workstreamId);
        return unwrap(await storage.items(input.workstreamId, placeOf(input), input.limit));
      }),
      find: os.workstream.find.handler(async ({ input: { workstreamId, text, from, way } }) => {
        existing(workstreamId);
        return unwrap(await storage.findIn(workstreamId, text, from, way));
      }),
      usage: os.workstream.usage.handler(async ({ input: { workstreamId } }) => {
        const { spent, budget } = existing(workstreamId);
        return { spent, budget, ...unwrap(await storage.usage(workstreamId, clock())) };
      }),
      diff: os.workstream.diff.handler(async ({ input: { workstreamId, patch } }) =>
        unwrap(await fleet.diff(workstreamId, { patch })),
      ),
      changes: os.workstream.changes.handler(async function* ({ input: { workstreamId, ...wanted }, signal }) {
        yield* unwrap(fleet.changes(workstreamId, wanted, signal));
      }),
      filePatch: os.workstream.filePatch.handler(async ({ input: { workstreamId, ...wanted }, signal }) =>
        unwrap(await fleet.filePatch(workstreamId, wanted, signal)),
      ),
      fileLines: os.workstream.fileLines.handler(async ({ input: { workstreamId, ...wanted }, signal }) =>
        unwrap(await fleet.fileLines(workstreamId, wanted, signal)),
      ),
      commits: os.workstream.commits.handler(async ({ input: { workstreamId }, signal }) => ({
        commits: unwrap(await fleet.commits(workstreamId, signal)),
      })),
      picture: os.workstream.picture.handler(async ({ input: { workstreamId, ...wanted }, signal }) =>
        unwrap(await fleet.picture(workstreamId, wanted, signal)),
      ),
      steer: os.workstream.steer.handler((call) =>
        carryOut(call, (by) => fleet.steer(call.input.workstreamId, call.input.text, call.input.when, by)),
      ),
      unsay: os.workstream.unsay.handler((call) =>
        carryOut(call, (by) => fleet.unsay(call.input.workstreamId, call.input.wordsId, by)),
      ),
      mention: os.workstream.mention.handler(async ({ input: { workstreamId, what, text, limit } }) =>
        unwrap(await fleet.mention(workstreamId, what, text, limit)),
      ),
      answer: os.workstream.answer.handler(async (call) => {
        const { workstreamId, requestId, decision } = call.input;
        await carryOut(call, (by) => fleet.answer(workstreamId, requestId, decision, by));
        return {};
      }),
      interrupt: os.workstream.interrupt.handler(async (call) => {
        await carryOut(call, (by) => fleet.interrupt(call.input.workstreamId, by));
        return {};
      }),
      stop: os.workstream.stop.handler(async (call) => {
        await carryOut(call, (by) => fleet.stop(call.input.workstreamId, call.input.reason, by));
        return {};
      }),
      retry: os.workstream.retry.handler(async (call) => {
        await carryOut(call, (by) => fleet.retry(call.input.workstreamId, by));
        return {};
      }),
      waive: os.workstream.waive.handler(async (call) => {
        const { workstreamId, gate, digest, why } = call.input;
        await carryOut(call, (by) => fleet.waive(workstreamId, { gate, digest, why }, by));
        return {};
      }),
      archive: os.workstream.archive.handler(async (call) => {
        await carryOut(call, (by) => fleet.archive(call.input.workstreamId, by));
        return {};
      }),
      compare: os.workstream.compare.handler(async ({ input }) => unwrap(await fleet.compare(input.workstreamId))),
      between: os.workstream.between.handler(async function* ({ input, signal }) {
        yield* unwrap(await fleet.between(input.workstreamId, input.otherId, signal));
      }),
      keep: os.workstream.keep.handler(async (call) => {
        const { workstreamId, over, why } = call.input;
        await carryOut(call, (by) => fleet.keep(workstreamId, { over, why }, by));
        return {};
      }),
      unarchive: os.workstream.unarchive.handler(async (call) => {
        await carryOut(call, (by) => fleet.unarchive(call.input.workstreamId, by));
        return {};
      }),
      pause: os.workstream.pause.handler(async (call) => {
        await carryOut(call, (by) => fleet.pause(call.input.workstreamId, by));
        return {};
      }),
      delete: os.workstream.delete.handler(async (call) => {
        await carryOut(call, (by) => fleet.delete(call.input.workstreamId, call.input.confirm, by, call.signal));
        return {};
      }),
      setBudget: os.workstream.setBudget.handler(async (call) => {
        await carryOut(call, (by) => fleet.setBudget(call.input.workstreamId, call.input.budget, by));
        return {};
      }),
      ask: os.workstream.ask.handler((call) =>
        carryOut(call, (by) => fleet.ask(call.input.workstreamId, call.input.questions, by)),
      ),
      note: os.workstream.note.handler(async (call) => {
        await carryOut(call, (by) => fleet.note(call.input.workstreamId, call.input.text, by));
        return {};
      }),
      plan: os.workstream.plan.handler(async (call) => {
        await carryOut(call, (by) => fleet.setPlan(call.input.workstreamId, call.input.steps, by));
        return {};
      }),
    },
    review: {
      show: os.review.show.handler(async ({ input }) => unwrap(await review.show(input.workstreamId))),
      send: os.review.send.handler((call) => {
        const { workstreamId, commandKey: _key, focusedMs: _focus, ...wanted } = call.input;
        return carryOut(call, (by) => review.send(workstreamId, wanted, by));
      }),
      answer: os.review.answer.handler(async (call) => {
        const { workstreamId, number, text } = call.input;
        await carryOut(call, (by) => review.answer(workstreamId, number, text, by));
        return {};
      }),
      resolve: os.review.resolve.handler(async (call) => {
        const { workstreamId, number, resolved } = call.input;
        await carryOut(call, (by) => review.resolve(workstreamId, number, resolved, by));
        return {};
      }),
      view: os.review.view.handler(async (call) => {
        const { workstreamId, hunks, viewed } = call.input;
        await carryOut(call, (by) => review.view(workstreamId, hunks, viewed, by));
        return {};
      }),
    },
    vault: {
      deleted: os.vault.deleted.handler(async () => unwrap(await fleet.deleted())),
      restore: os.vault.restore.handler((call) => carryOut(call, (by) => fleet.restore(call.input.workstreamId, by))),
    },
    attention: {
      list: os.attention.list.handler(() => rankAttention(Object.values(state().attention), state(), clock())),
      snooze: os.attention.snooze.handler(async (call) => {
        await carryOut(call, (by) => fleet.snooze(call.input.attentionId, call.input.until, by));
        return {};
      }),
      restore: os.attention.restore.handler(async (call) => {
        await carryOut(call, (by) => fleet.restoreItem(call.input.attentionId, by));
        return {};
      }),
      clear: os.attention.clear.handler(async (call) => {
        await carryOut(call, (by) => fleet.clear(call.input.attentionId, by));
        return {};
      }),
    },
    settings: {
      read: os.settings.read.handler(() => {
        const { settings } = state();
        return { settings: settingsOf(settings), changed: settingNames.filter((name) => settings[name] !== undefined) };
      }),
      change: os.settings.change.handler(async (call) => {
        await carryOut(call, (by) => deps.settings.change(call.input.set, call.input.reset, by));
        return {};
      }),
    },
    search: {
      find: os.search.find.handler(async ({ input }) => unwrap(await find({ storage, state: state(), clock }, input))),
    },
  });
}

function placeOf(input: { before?: number | undefined; after?: number | undefined; around?: number | undefined }) {
  if (input.around !== undefined) return { around: input.around };
  if (input.after !== undefined) return { after: input.after };
  return input.before === undefined ? undefined : { before: input.before };
}

function inOrder(workstreams: readonly Workstream[]): Workstream[] {
  return workstreams.toSorted((a, b) => a.number - b.number);
}
