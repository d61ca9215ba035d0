import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import path from "node:path";
import { implement, ORPCError } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import { WebSocketServer } from "ws";
import type { Check } from "../../src/contract/check.ts";
import type { DiffWanted } from "../../src/contract/diffs.ts";
import { contract, protocolVersion } from "../../src/contract/procedures.ts";
import type { AttentionKind } from "../../src/contract/states.ts";
import { contentSecurityPolicy } from "../../src/main/csp.ts";
import { agents } from "./agents.ts";
import type { BuiltWindow } from "./built-window.ts";
import { someChecks } from "./checks.ts";
import { createAttention } from "./attention.ts";
import { filePatchOf, framesOf, pictures, type DiffKind } from "./diffs.ts";
import { createFakeFleet } from "./fake-fleet.ts";
import { someProject, type FakeOptions } from "./fake-rows.ts";
import { comparisonOf } from "./attempts.ts";
import { findAnywhere } from "./search.ts";
import { changeSettings } from "./settings.ts";
import { mentionsOf } from "./mentions.ts";
import { findIn, pageOf, usageOf } from "./transcripts.ts";
import { fakeReviews } from "./reviews.ts";
import { diskUseOf, worktreesOf } from "./worktrees.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
};

/** A command that the window sent, as the engine would have recorded it. */
export interface SentCommand {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/**
 * The built window over a fleet whose every row a test decides, for what a real engine cannot be brought to show at will:
 * forty workstreams, hostile names, a lost connection. Everything that can be shown by the real engine is tested with it.
 */
export async function startFakeEngine(options: FakeOptions, built: BuiltWindow) {
  const fleet = createFakeFleet(options);
  const sent: SentCommand[] = [];
  const asked: DiffWanted[] = [];
  const token = randomBytes(16).toString("hex");
  const startedAt = Date.now();
  let measured = false;
  /** Worktrees that are ready for next starts, and whether no more are made. */
  let ready = 1;
  let held = false;
  const broken = new Set<string>();
  let diff: DiffKind = options.diff ?? "usual";
  const deaf = new Set<string>();
  const os = implement(contract);
  const reviews = fakeReviews(fleet);

  let finishInstall = (): void => {};
  let examination: Promise<readonly Check[] | undefined> = Promise.resolve(someChecks);

  function heard(name: string, input: Record<string, unknown>): void {
    sent.push({ name, input });
  }

  function clearItems(kind: AttentionKind, about: string): void {
    for (const item of Object.values(fleet.state().attention)) {
      const isAbout = item.workstreamId === about || item.projectId === about;
      if (item.kind === kind && isAbout) fleet.tell({ type: "attention.cleared", attentionId: item.id });
    }
  }

  const router = {
    engine: {
      hello: os.engine.hello.handler(() => ({
        protocol: protocolVersion,
        version: "0.0.0",
        principal: { kind: options.reader === true ? ("reader" as const) : ("human" as const) },
        pid: 1,
        startedAt,
      })),
      doctor: os.engine.doctor.handler(async () => {
        const checks = await examination;
        if (checks === undefined) throw new Error("The doctor is away.");
        return { checks: [...checks] };
      }),
    },
    agent: {
      list: os.agent.list.handler(() => agents),
      install: os.agent.install.handler(async function* ({ input, signal }) {
        heard("install", input);
        yield { kind: "line" as const, line: "fetching @openai/codex" };
        await new Promise<void>((resolve) => {
          finishInstall = resolve;
          signal?.addEventListener("abort", () => resolve(), { once: true });
        });
        if (signal?.aborted === true) return;
        yield { kind: "found" as const, program: "/home/ada/.coxswain/agents/codex", version: "0.169.0" };
      }),
    },
    feed: {
      fleet: os.feed.fleet.handler(({ signal }) => fleet.fleetFeed(signal)),
      workstream: os.feed.workstream.handler(({ input, signal }) => fleet.workstreamFeed(input.workstreamId, signal)),
    },
    ticket: {
      list: os.ticket.list.handler(() => ({
        tickets: [
          { key: "tickets/wishlist.md", title: "Wish lists can be shared", state: "open", workstreams: [] },
          { key: "tickets/returns.md", title: "Returns without an account", state: "open", workstreams: [] },
        ],
        skipped: [],
      })),
    },
    project: {
      open: os.project.open.handler(({ input }) => {
        heard("openProject", input);
        const first = Object.values(fleet.state().projects)[0];
        if (first === undefined) throw new Error("There is no project to show.");
        return { ...first, name: "repository" };
      }),
      openDemo: os.project.openDemo.handler(({ input }) => {
        heard("openDemo", input);
        const first = Object.values(fleet.state().projects)[0] ?? someProject();
        fleet.tell({ type: "project.opened", project: first });
        return first;
      }),
      pool: os.project.pool.handler(() => {
        const refilling = { ready, wanted: 3, bytes: ready * 40_000_000, base: "main", upToDate: true };
        return { pool: held ? { ...refilling, waiting: "you" as const } : refilling };
      }),
      allow: os.project.allow.handler(({ input }) => {
        heard("allow", input);
        const { projectId, loosening } = input;
        const project = fleet.state().projects[projectId];
        if (project === undefined) throw new Error("There is no such project.");
        const allowed = [...(project.allowed ?? []), loosening];
        fleet.tell({ type: "project.allowed", projectId, allowed });
        if (project.policy.asks?.every((each) => allowed.includes(each)) === true) clearItems("consent", projectId);
        return { ...project, allowed };
      }),
    },
    search: { find: os.search.find.handler(({ input }) => findAnywhere(fleet, input)) },
    settings: {
      change: os.settings.change.handler(({ input }) => {
        heard("changeSettings", input);
        changeSettings(fleet, input.set, input.reset);
        return {};
      }),
    },
    review: {
      send: os.review.send.handler(({ input }) => {
        heard("review", input);
        return reviews.send(input);
      }),
      resolve: os.review.resolve.handler(({ input }) =>
        reviews.resolve(input.workstreamId, input.number, input.resolved),
      ),
      view: os.review.view.handler(({ input }) => reviews.view(input.workstreamId, input.hunks, input.viewed)),
    },
    worktree: {
      refill: os.worktree.refill.handler(({ input }) => {
        heard("refill", input);
        held = !input.on;
        if (input.on) ready = 2;
        return {};
      }),
      list: os.worktree.list.handler(() => ({
        worktrees: options.noWorktrees === true ? [] : worktreesOf(fleet.state(), measured),
        unlisted: [],
      })),
      adopt: os.worktree.adopt.handler(({ input }) => {
        heard("adopt", input);
        const workstream = Object.values(fleet.state().workstreams)[0];
        if (workstream === undefined) throw new Error("There is no workstream to show.");
        return { workstream, from: { branch: "try/other-cache", commit: "a".repeat(40) } };
      }),
      release: os.worktree.release.handler(({ input }) => {
        heard("release", input);
        return { path: "/home/ada/code/by-hand", branch: "mine" };
      }),
      reclaimable: os.worktree.reclaimable.handler(() => ({
        folders: [
          { path: "node_modules", bytes: 310_000_000 },
          { path: "packages/site/.next", bytes: 48_000_000 },
        ],
      })),
      reclaim: os.worktree.reclaim.handler(({ input }) => {
        heard("reclaim", input);
        return { bytes: 358_000_000 };
      }),
    },
    disk: {
      use: os.disk.use.handler(() => diskUseOf(measured)),
      measure: os.disk.measure.handler(async function* ({ signal }) {
        heard("measure", {});
        for (let done = 1; done <= 4; done += 1) {
          yield { kind: "progress" as const, done, total: 18, files: done * 900, bytes: done * 40_000_000 };
          if (options.slowDisk !== true) continue;
          await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
          return;
        }
        measured = true;
        yield { kind: "done" as const, use: diskUseOf(true) };
      }),
    },
    attention: createAttention(os, fleet, heard),
    workstream: {
      show: os.workstream.show.handler(({ input: { workstreamId } }) => {
        const workstream = fleet.state().workstreams[workstreamId];
        if (workstream === undefined) throw new Error("There is no such workstream.");
        const { ticket, plan, notes } = fleet.detailOf(workstreamId);
        return { workstream, ticket, plan, notes, requests: {} };
      }),
      compare: os.workstream.compare.handler(({ input }) => comparisonOf(fleet, input.workstreamId)),
      between: os.workstream.between.handler(async function* ({ input }) {
        heard("between", input);
        yield* framesOf("usual");
      }),
      keep: os.workstream.keep.handler(({ input }) => {
        heard("keep", input);
        const { workstreamId, over, why } = input;
        fleet.tell({ type: "attempt.kept", workstreamId, kept: { why, over, at: Date.now() } });
        for (const id of over) fleet.tell({ type: "workstream.moved", workstreamId: id, phase: "archived" });
        return {};
      }),
      waive: os.workstream.waive.handler(({ input }) => {
        heard("waive", input);
        const { workstreamId, gate, digest, why } = input;
        const judged = fleet.state().workstreams[workstreamId]?.gates[gate];
        if (judged?.digest !== digest) {
          throw new ORPCError("CONFLICT", {
            message: "It was judged anew since.",
            data: { next: "Look at what it changes now: `cox diff`." },
          });
        }
        const said = why === undefined ? {} : { why };
        fleet.tell({ type: "gate.judged", workstreamId, gate, result: { ...judged, verdict: "waived", ...said } });
        fleet.tell({ type: "workstream.moved", workstreamId, phase: "ready" });
        clearItems("harness", workstreamId);
        return {};
      }),
      pause: os.workstream.pause.handler(({ input }) => {
        heard("pause", input);
        return {};
      }),
      delete: os.workstream.delete.handler(async ({ input, signal }) => {
        heard("delete", input);
        if (options.slowDelete === true) {
          await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
          heard("deleteTakenBack", {});
        }
        return {};
      }),
      start: os.workstream.start.handler(({ input }) => {
        heard("start", input);
        const first = Object.values(fleet.state().workstreams)[0];
        return first === undefined ? [] : [first];
      }),
      transcript: os.workstream.transcript.handler(({ input }) => pageOf(fleet.detailOf(input.workstreamId), input)),
      find: os.workstream.find.handler(({ input }) => findIn(fleet.detailOf(input.workstreamId), input)),
      usage: os.workstream.usage.handler(({ input }) => {
        const workstream = fleet.state().workstreams[input.workstreamId];
        if (workstream === undefined) throw new Error("There is no such workstream.");
        return usageOf(workstream, fleet.detailOf(input.workstreamId));
      }),
      diff: os.workstream.diff.handler(() => {
        for (const frame of framesOf(options.diff ?? "usual")) {
          if (frame.kind === "files") return { ...frame, patch: "", truncated: true };
        }
        throw new Error("There is no diff to show.");
      }),
      changes: os.workstream.changes.handler(async function* ({ input }) {
        asked.push({ since: input.since, whitespace: input.whitespace });
        yield* framesOf(diff);
      }),
      filePatch: os.workstream.filePatch.handler(({ input }) => {
        const patch = filePatchOf(diff, input.path);
        if (patch === undefined) throw new Error("There is no such file.");
        return patch;
      }),
      fileLines: os.workstream.fileLines.handler(({ input: { from, count } }) => ({
        lines: Array.from({ length: count }, (_, at) => `line ${String(from + at)} as it was`),
        total: 1_000,
      })),
      picture: os.workstream.picture.handler(({ input: { side } }) => ({ type: "image/png", base64: pictures[side] })),
      commits: os.workstream.commits.handler(() => ({
        commits: [
          { id: "4f".repeat(20), subject: "Try once more", at: startedAt },
          { id: "3e".repeat(20), subject: "Count what was tried", at: startedAt - 60_000 },
        ],
      })),
      answer: os.workstream.answer.handler(({ input }) => {
        heard("answer", input);
        const request = fleet.state().requests[input.requestId];
        if (request === undefined) {
          throw new ORPCError("CONFLICT", {
            message: "It was answered already.",
            data: { next: "Nothing is left to do." },
          });
        }
        const { workstreamId, requestId } = input;
        fleet.tell({ type: "request.answered", workstreamId, requestId, decision: input.decision });
        for (const item of Object.values(fleet.state().attention)) {
          if (item.requestId === requestId) fleet.tell({ type: "attention.cleared", attentionId: item.id });
        }
        fleet.tell({ type: "workstream.moved", workstreamId, phase: "working" });
        fleet.tell({ type: "line.told", workstreamId, line: "going on with your answer" });
        return {};
      }),
      steer: os.workstream.steer.handler(({ input }) => {
        heard("steer", input);
        const { workstreamId, text, when } = input;
        if (deaf.has(workstreamId)) {
          throw new ORPCError("CONFLICT", {
            message: "Its worktree is being set up.",
            data: { next: "Ask again when it works." },
          });
        }
        const id = `m${randomBytes(6).toString("hex")}`;
        const from = { kind: "human" as const };
        fleet.tell({
          type: "words.accepted",
          words: { id, workstreamId, text, from, when, cause: "human", at: Date.now() },
        });
        return { wordsId: id };
      }),
      unsay: os.workstream.unsay.handler(({ input }) => {
        heard("unsay", input);
        const words = fleet.state().words[input.wordsId ?? ""];
        if (words === undefined) throw new Error("There are no such words.");
        const { workstreamId, id: wordsId, text, when } = words;
        fleet.tell({ type: "words.dropped", workstreamId, wordsId, why: "Taken back." });
        return { text, when };
      }),
      mention: os.workstream.mention.handler(({ input }) => mentionsOf(input.what, input.text)),
      interrupt: os.workstream.interrupt.handler(({ input }) => {
        heard("interrupt", input);
        const turnId = fleet.state().workstreams[input.workstreamId]?.turn?.id;
        if (turnId !== undefined) {
          fleet.tell({ type: "turn.ended", workstreamId: input.workstreamId, turnId, outcome: "interrupted" });
        }
        return {};
      }),
      stop: os.workstream.stop.handler(({ input }) => {
        heard("stop", input);
        fleet.tell({
          type: "workstream.moved",
          workstreamId: input.workstreamId,
          phase: "stopped",
          reason: "Stopped by you.",
        });
        return {};
      }),
      retry: os.workstream.retry.handler(({ input }) => {
        heard("retry", input);
        fleet.tell({ type: "workstream.moved", workstreamId: input.workstreamId, phase: "working" });
        clearItems("failed", input.workstreamId);
        return {};
      }),
      setBudget: os.workstream.setBudget.handler(({ input }) => {
        heard("setBudget", input);
        fleet.tell({ type: "budget.set", workstreamId: input.workstreamId, budget: input.budget });
        return {};
      }),
      unarchive: os.workstream.unarchive.handler(({ input }) => {
        heard("unarchive", input);
        const row = fleet.state().workstreams[input.workstreamId];
        if (row === undefined) throw new Error("There is no such workstream.");
        const { awayFrom, ...rest } = row;
        fleet.tell({ type: "workstream.unarchived", workstream: { ...rest, phase: awayFrom?.phase ?? "stopped" } });
        return {};
      }),
      archive: os.workstream.archive.handler(({ input }) => {
        heard("archive", input);
        fleet.tell({ type: "workstream.moved", workstreamId: input.workstreamId, phase: "archived" });
        return {};
      }),
    },
  };

  const handler = new RPCHandler(router, {
    clientInterceptors: [
      (call) => {
        if (!broken.has(call.path.join("."))) return call.next();
        throw new ORPCError("UNAVAILABLE", {
          message: "The disk could not be read.",
          data: { next: "Run `cox doctor`." },
        });
      },
    ],
  });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const server = createServer((request, response) => {
    const pathname = new URL(request.url ?? "/", "http://localhost").pathname;
    if (pathname === "/health") return void response.end("{}");
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    const bytes = built.get(name);
    if (bytes === undefined) return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": types[path.extname(name)] ?? "application/octet-stream",
      "content-security-policy": contentSecurityPolicy,
    });
    response.end(bytes);
    return undefined;
  });
  server.on("upgrade", (request, socket, head) => {
    if (request.headers["sec-websocket-protocol"] !== `cox.${token}`) return void socket.end("HTTP/1.1 401 No\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (client) => void handler.upgrade(client, { context: {} }));
    return undefined;
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${String(port)}/`;

  async function stopListening(): Promise<void> {
    for (const client of sockets.clients) client.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  return {
    ...fleet,
    sent,
    /** The diffs that were asked for. */
    asked,
    /** Procedures, as `workstream.usage`, that fail from now on. */
    broken,
    /** Workstreams that take no words. */
    deaf,
    origin,
    /** Opens the grid; `home` is what the product opens. */
    url: `${origin}#token=${token}&at=/grid`,
    home: `${origin}#token=${token}`,
    /** Lets the installation under way come to its end. */
    finishInstall: () => finishInstall(),
    /** What the doctor finds from now on; undefined: it fails. */
    examineTo: (found: typeof examination) => void (examination = found),
    /** The author changed something: every workstream's diff is another from now on. */
    changeDiff(kind: DiffKind): void {
      diff = kind;
      for (const { id, diff: before } of Object.values(fleet.state().workstreams)) {
        if (before !== undefined)
          fleet.tell({ type: "diff.measured", workstreamId: id, diff: { ...before, at: Date.now() } });
      }
    },
    /** Goes away and can come back at the same address. */
    leave: stopListening,
    comeBack: () => listen(port),
    close: stopListening,
  };
}

export type FakeEngine = Awaited<ReturnType<typeof startFakeEngine>>;
