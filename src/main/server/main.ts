import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { problem, ProblemError, problemOf, type Problem } from "../../contract/errors.ts";
import type { EngineWord } from "../../contract/host.ts";
import type { Tally } from "../../contract/tally.ts";
import { openEngineHome } from "../home.ts";
import { findPrograms } from "../programs.ts";
import { readAddress } from "./address.ts";
import { findParentPort, listenToHost, type Host } from "./host.ts";
import { followTally } from "./follow-tally.ts";
import { createLog } from "./log.ts";
import { openElsewhere } from "./open-elsewhere.ts";
import { openWanted, workOnAll } from "./open-project.ts";
import type { EngineRouter } from "./router.ts";
import { serveEngine } from "./serve-engine.ts";
import { servePort } from "./serve-port.ts";
import { stopWorking } from "./stop-working.ts";

/** How long an orderly end may take, in milliseconds. */
const closeWithin = 10_000;

interface Wanted {
  readonly home: string;
  readonly port: number;
  readonly json: boolean;
  readonly repo: string | undefined;
  readonly demo: boolean;
}

function readArguments(): Wanted {
  const { values } = parseArgs({
    options: {
      home: { type: "string" },
      port: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      repo: { type: "string" },
      demo: { type: "boolean", default: false },
      headless: { type: "boolean", default: false },
    },
  });
  const port = readPort(values.port);
  const home = path.resolve(values.home ?? process.env.COXSWAIN_HOME ?? path.join(os.homedir(), ".coxswain"));
  const repo = values.repo === undefined ? undefined : path.resolve(values.repo);
  return { home, port, json: values.json, repo, demo: values.demo };
}

/** 0 takes any port that is free. */
function readPort(given: string): number {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ProblemError(
    problem(
      "BAD_REQUEST",
      `${given === "" ? "Nothing" : given} is no port.`,
      "Give --port a whole number up to 65535, or leave it out to get one that is free.",
    ),
  );
}

async function main(host: Host | undefined, routed: (router: EngineRouter) => void): Promise<void> {
  const wanted = readArguments();
  const opened = openEngineHome(wanted.home, {
    uid: os.userInfo().uid,
    pid: process.pid,
    runtimeFolder: process.env.XDG_RUNTIME_DIR,
  });
  if (!opened.ok) return stopWith(opened.error, host);
  const home = opened.value.folder;
  const held = opened.value.hold(Date.now());
  if (!held.ok) {
    return held.error.code === "CONFLICT" ? attach(home, held.error, wanted, host) : stopWith(held.error, host);
  }

  const log = createLog(home, Date.now);
  let broken: (why: Problem) => void = (why) => log.write(why.message, why.cause);
  const isSource = import.meta.url.endsWith(".ts");
  const programs = findPrograms(
    isSource ? pathToFileURL(path.join(import.meta.dirname, "..", "engine.ts")).href : import.meta.url,
  );
  const served = await serveEngine({
    engine: {
      home,
      programs,
      env: process.env,
      askKeychain: host?.askKeychain,
      scripted: { pace: process.env.COXSWAIN_PACE === "instant" ? "instant" : "lively", seed: 1 },
      log: log.write,
      onBroken: (why) => broken(why),
    },
    socket: held.value.socket,
    port: wanted.port,
    version: versionBeside(programs.assets),
  });
  if (!served.ok) {
    held.value.release();
    return stopWith(served.error, host);
  }
  const { engine, router, url, token } = served.value;

  let stopFirst = false;
  let stopTelling = (): void => {};
  const end = endOnce(async () => {
    stopTelling();
    if (stopFirst) await stopWorking(router, engine.journal);
    await served.value.close();
    await log.settled();
    held.value.release();
  });
  broken = (why) => {
    log.write(why.message, why.cause);
    console.error(`${why.message}\n${why.next}`);
    end(1);
  };
  process.on("uncaughtException", (thrown) => broken(problemOf(thrown)));
  // With a host it is the host that says when: a terminal signals both of us, and the second word would mean "at once".
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => (host === undefined ? end(0) : undefined));
  void host?.ended.then(({ stop }) => {
    stopFirst = stop;
    end(0);
  });
  routed(router);
  if (host !== undefined) stopTelling = followTally({ journal: engine.journal, clock: Date.now, tell: tellHost(host) });

  const complain = ({ message, next, cause }: Problem) => {
    log.write(message, cause);
    console.error(`${message}\n${next}`);
  };
  const project = await openWanted(engine, wanted);
  if (!project.ok) complain(project.error);
  if (host === undefined) announce(url, token, process.pid, wanted.json);
  if (!project.ok || project.value === undefined) return;
  const begun = await workOnAll(engine, project.value);
  if (!begun.ok) complain(begun.error);
}

function tellHost(host: Host): (tally: Tally) => void {
  return (tally) => host.tell({ kind: "tally", tally });
}

/** Ends in an orderly way within its deadline; asked a second time, at once. */
function endOnce(close: () => Promise<void>): (code: number) => void {
  let ending = false;
  return (code) => {
    if (ending) process.exit(code === 0 ? 130 : code);
    ending = true;
    setTimeout(() => process.exit(code === 0 ? 124 : code), closeWithin).unref();
    void close().then(
      () => process.exit(code),
      (thrown: unknown) => {
        console.error(problemOf(thrown).cause ?? "The engine did not end cleanly.");
        process.exit(1);
      },
    );
  };
}

/** Another engine has this home: its address is as good as ours. */
async function attach(home: string, why: Problem, { json, repo }: Wanted, host: Host | undefined): Promise<void> {
  const running = await readAddress(home);
  if (running === undefined) {
    return stopWith(problem("CONFLICT", why.message, "It is still starting or stopping; try again in a moment."), host);
  }
  const { url, pid, protocol } = running.address;
  if (repo !== undefined) {
    const opened = await openElsewhere({ url, token: running.token }, repo);
    if (!opened.ok) console.error(linesOf(opened.error));
  }
  if (host !== undefined) return leave(host, { kind: "elsewhere", url, token: running.token, protocol });
  if (!json) console.log(`An engine already runs for ${home}; this is its address.`);
  announce(url, running.token, pid, json);
}

function announce(url: string, token: string, pid: number, json: boolean): void {
  console.log(json ? JSON.stringify({ url, token, pid }) : `Control room: ${url}/#token=${token}`);
}

function stopWith(why: Problem, host: Host | undefined): void {
  if (host !== undefined) return leave(host, { kind: "refused", problem: why });
  console.error(linesOf(why));
  process.exitCode = 1;
}

function linesOf({ message, cause, next }: Problem): string {
  return [message, cause, next].filter((line) => line !== undefined).join("\n");
}

/** Says the last word and ends once the host has heard it: a utility process does not end by having nothing to do. */
function leave(host: Host, word: EngineWord): void {
  host.tell(word);
  void host.ended.then(() => process.exit(0));
}

function versionBeside(assets: string): string {
  const file = path.join(assets, "..", "package.json");
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, "utf8"))).version;
}

/** What `parseArgs` throws for a command line that does not fit. */
function isUsage(thrown: unknown): boolean {
  return thrown instanceof TypeError && "code" in thrown && String(thrown.code).startsWith("ERR_PARSE_ARGS");
}

function usage(thrown: unknown): Problem {
  const options = "--home PATH --port N --repo PATH --demo --json --headless";
  return problem("BAD_REQUEST", "The arguments do not fit.", `There are: ${options}.`, thrown);
}

const ready = Promise.withResolvers<EngineRouter>();
const parent = findParentPort(process);
const host = parent && listenToHost(parent, (port) => void ready.promise.then((router) => servePort(router, port)));
try {
  await main(host, ready.resolve);
} catch (thrown) {
  stopWith(isUsage(thrown) ? usage(thrown) : problemOf(thrown), host);
}
