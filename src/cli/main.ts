import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { text as readText } from "node:stream/consumers";
import { z } from "zod";
import { problem, type Problem, type Result } from "../contract/errors.ts";
import { plain } from "../contract/plain.ts";
import { problemOfCall } from "../verbs/answer.ts";
import { doctor } from "../verbs/doctor.ts";
import { verbs } from "../verbs/table.ts";
import type { Answer } from "../verbs/verb.ts";
import { parseArguments, type Parsed } from "./arguments.ts";
import { answers, examineAlone } from "./doctor-alone.ts";
import { findEngine, noEngine } from "./find-engine.ts";
import { helpData, helpText, verbHelp } from "./help.ts";
import { implyWorkstream } from "./imply.ts";
import { connect } from "./link.ts";

const exitCodes = { done: 0, refused: 1, usage: 2, noEngine: 3 } as const;

/** Runs one `cox` command and answers with its exit code. */
async function run(argv: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = argv;
  const json = rest.includes("--json");
  if (name === "--version") return printVersion(json);
  if (name === "help" || name === "--help" || name === "-h") {
    const [named] = rest.filter((word) => word !== "--json");
    return explain(named, json);
  }
  if (rest.includes("--help") || rest.includes("-h")) return explain(name, json);
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb === undefined) return refuse(unknownVerb(name), exitCodes.usage, json);
  const parsed = parseArguments(verb, rest);
  if (!parsed.ok) return refuse(parsed.error, exitCodes.usage, json);
  return ask(parsed.value);
}

/** One verb, or all of them where none is named. */
function explain(name: string | undefined, json: boolean): number {
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb === undefined && name !== undefined) return refuse(unknownVerb(name), exitCodes.usage, json);
  if (json) return print(JSON.stringify(helpData(verb)));
  return print(verb === undefined ? helpText() : verbHelp(verb));
}

/** That of the package this lies in, built or not. */
function printVersion(json: boolean): number {
  const file = path.join(import.meta.dirname, "..", "..", "package.json");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, "utf8")));
  return print(json ? JSON.stringify({ version }) : version);
}

async function ask(parsed: Parsed): Promise<number> {
  const { verb, json } = parsed;
  const home = path.resolve(process.env.COXSWAIN_HOME ?? path.join(os.homedir(), ".coxswain"));
  const own = process.env.COXSWAIN_CAPABILITY;
  const engine = findEngine(home, own);
  // Only who may read the home can examine it, and only an engine can install.
  const mayExamine = verb === doctor && own === undefined && parsed.args.install === undefined;
  if (!engine.ok) {
    return mayExamine ? tell(await examineAlone(home), json) : refuse(engine.error, exitCodes.noEngine, json);
  }
  const client = connect(engine.value.socketPath, engine.value.capability);
  if (mayExamine && !(await answers(client))) return tell(await examineAlone(home), json);
  try {
    const workstreamId =
      verb.about === "none"
        ? undefined
        : await implyWorkstream(client, {
            named: parsed.workstream,
            own: process.env.COXSWAIN_WORKSTREAM,
            folder: process.cwd(),
            confined: own !== undefined,
          });
    const args = await completed(parsed);
    const answer = await verb.run({
      client,
      workstreamId,
      ...(parsed.workstream === undefined ? {} : { named: parsed.workstream }),
      args,
      now: Date.now(),
      tell: (line) => console.error(line),
      ...(process.stdin.isTTY ? {} : { input: () => readText(process.stdin) }),
      surface: "cli",
    });
    return tell(answer, json);
  } catch (thrown) {
    const gone = goneEngine(thrown, home);
    if (!gone.ok) return refuse(gone.error, exitCodes.noEngine, json);
    const told = problemOfCall(thrown);
    return refuse(told, told.code === "BAD_REQUEST" ? exitCodes.usage : exitCodes.refused, json);
  }
}

/** A word that is `-` is read from standard input; a path, or a project named by a relative one, is made absolute. */
async function completed({ verb, args }: Parsed): Promise<Record<string, unknown>> {
  const given = { ...args };
  if (typeof given.project === "string" && given.project.startsWith(".")) given.project = path.resolve(given.project);
  if (typeof given.path === "string") given.path = path.resolve(given.path);
  for (const name of verb.positional) if (given[name] === "-") given[name] = (await readText(process.stdin)).trim();
  return given;
}

/** A socket that nobody listens on any more, or an engine that ended while it answered. */
function goneEngine(thrown: unknown, home: string): Result<undefined> {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return code === "ENOENT" || code === "ECONNREFUSED" || code === "ECONNRESET"
    ? noEngine(home)
    : { ok: true, value: undefined };
}

function unknownVerb(name: string): Problem {
  return problem("BAD_REQUEST", `There is no verb ${name}.`, "See them with `cox help`.");
}

function tell({ text, data, wrong = false }: Answer, json: boolean): number {
  print(json ? JSON.stringify(data) : text);
  return wrong ? exitCodes.refused : exitCodes.done;
}

function print(text: string): number {
  console.log(text);
  return exitCodes.done;
}

function refuse(told: Problem, code: number, json: boolean): number {
  const lines = [told.message, told.cause, told.next].filter((line) => line !== undefined);
  console.error(json ? JSON.stringify(told) : plain(lines.join("\n")));
  return code;
}

process.stdout.on("error", () => process.exit(exitCodes.refused));
process.exitCode = await run(process.argv.slice(2));
