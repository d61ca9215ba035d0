import { constants } from "node:fs";
import { link, lstat, mkdir, open, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Problem, Result } from "../../contract/errors.ts";
import { fail, ok } from "../../contract/errors.ts";
import { readTicketFile, writeTicketFile } from "./ticket-file.ts";
import type { TicketFile } from "./ticket-file.ts";
import type { NewTicket, TicketListing, Tracker, TrackerTicket } from "./tracker.ts";
import { sameState } from "./tracker.ts";

export type FilesTrackerDeps = {
  /** The absolute folder of the project; the tickets are `tickets/*.md` below it. */
  readonly projectRoot: string;
  /** States in which a ticket no longer blocks others. Default: {@link defaultStates}. */
  readonly terminalStates?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

const defaultStates = {
  active: ["todo", "in progress", "rework"],
  terminal: ["done", "closed", "cancelled", "canceled", "duplicate"],
} as const;
const maxFileBytes = 256 * 1024;
const maxFiles = 2_000;
const maxTitleLength = 300;
const maxBodyLength = 200_000;
const readsAtOnce = 16;

/**
 * The `files` tracker: one Markdown ticket per file, its key the file's name without `.md`. Without a `tickets` folder there are no tickets.
 * A ticket is dispatchable when everything in its `blocked_by` is in a terminal state; a blocker that is not there still blocks.
 */
export function createFilesTracker(deps: FilesTrackerDeps): Tracker {
  const folder = join(deps.projectRoot, "tickets");
  const terminalStates = deps.terminalStates ?? defaultStates.terminal;

  async function list(filter: { readonly states?: readonly string[] } = {}): Promise<Result<TicketListing>> {
    if (filter.states?.length === 0) return ok({ tickets: [], skipped: [] });
    const read = await readFolder(deps.projectRoot, folder);
    if (!read.ok) return read;
    const tickets = withBlockers(read.value.files, terminalStates);
    return ok({
      tickets: tickets.filter((ticket) => inStates(ticket, filter.states)),
      skipped: read.value.skipped.map((damage) => damage.problem),
    });
  }

  async function byKeys(keys: readonly string[]): Promise<Result<readonly TrackerTicket[]>> {
    if (keys.length === 0) return ok([]);
    const read = await readFolder(deps.projectRoot, folder);
    if (!read.ok) return read;
    const wanted = new Set(keys);
    const damage = read.value.skipped.find((skipped) => skipped.key !== null && wanted.has(skipped.key));
    if (damage) return { ok: false, error: damage.problem };
    return ok(withBlockers(read.value.files, terminalStates).filter((ticket) => wanted.has(ticket.key)));
  }

  async function create(ticket: NewTicket): Promise<Result<TrackerTicket>> {
    const title = ticket.title.trim();
    if (title === "" || title.length > maxTitleLength || /[\r\n]/.test(title)) {
      return fail(
        "BAD_REQUEST",
        `A ticket's title is one line of 1 to ${maxTitleLength} characters.`,
        "Shorten the title and put the rest into the body.",
      );
    }
    if (ticket.body.length > maxBodyLength) {
      return fail(
        "TOO_LARGE",
        `A ticket's body has at most ${maxBodyLength} characters.`,
        "Shorten the body, or commit the long part as a file and name it.",
      );
    }
    const text = writeTicketFile({
      title,
      body: ticket.body,
      state: "todo",
      createdAt: new Date(deps.now()).toISOString(),
    });
    try {
      await mkdir(folder, { recursive: true });
      if (!(await confined(deps.projectRoot, folder))) return outside();
      const written = readTicketFile(await writeNew(folder, slugOf(title), text), text);
      return written.ok ? ok(ticketOf(written.value, new Map(), terminalStates)) : written;
    } catch (error) {
      return fail(
        "UNAVAILABLE",
        "The ticket could not be written.",
        "See that the project's tickets folder can be written to, then try again.",
        error,
      );
    }
  }

  return { kind: "files", defaultStates, list, byKeys, create };
}

type Damage = { readonly key: string | null; readonly problem: Problem };
type Folder = { readonly files: readonly TicketFile[]; readonly skipped: readonly Damage[] };

async function readFolder(projectRoot: string, folder: string): Promise<Result<Folder>> {
  let names: string[];
  try {
    if (!(await confined(projectRoot, folder))) return outside();
    names = (await readdir(folder))
      .filter((name) => name.endsWith(".md") && !name.startsWith(".") && name.length > 3)
      .toSorted();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return ok({ files: [], skipped: [] });
    return fail(
      "UNAVAILABLE",
      "The project's tickets folder cannot be read.",
      "See that tickets/ is a folder that can be read, then try again.",
      error,
    );
  }
  const files: TicketFile[] = [];
  const skipped: Damage[] = [];
  if (names.length > maxFiles) {
    const told = fail(
      "TOO_MANY",
      `tickets/ holds ${names.length} tickets; only the first ${maxFiles} are read.`,
      "Move finished tickets into a folder below tickets/.",
    );
    if (!told.ok) skipped.push({ key: null, problem: told.error });
  }
  const kept = names.slice(0, maxFiles);
  for (let start = 0; start < kept.length; start += readsAtOnce) {
    for (const read of await Promise.all(kept.slice(start, start + readsAtOnce).map((name) => readOne(folder, name)))) {
      if (read.result.ok) files.push(read.result.value);
      else skipped.push({ key: read.key, problem: read.result.error });
    }
  }
  return ok({ files, skipped });
}

async function readOne(folder: string, name: string): Promise<{ key: string; result: Result<TicketFile> }> {
  const key = name.slice(0, -".md".length);
  const text = await readText(folder, name);
  return { key, result: text.ok ? readTicketFile(key, text.value) : text };
}

async function readText(folder: string, name: string): Promise<Result<string>> {
  const refuse = (why: string, cause?: unknown) =>
    fail(
      "UNAVAILABLE",
      `The ticket tickets/${name} cannot be read: ${why}.`,
      `Replace tickets/${name} by a plain Markdown file.`,
      cause,
    );
  let file;
  try {
    const path = join(folder, name);
    if (!(await confined(folder, path))) return refuse("it is a link to a place outside tickets/");
    // Non-blocking, or opening a named pipe would wait for its writer.
    file = await open(await realpath(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const facts = await file.stat();
    if (!facts.isFile()) return refuse("it is not a file");
    if (facts.size > maxFileBytes) return refuse(`it is larger than ${maxFileBytes / 1024} KiB`);
    return ok(await file.readFile("utf8"));
  } catch (error) {
    return refuse("the system refuses", error);
  } finally {
    await file?.close();
  }
}

/** Whether `path`, all links followed, lies inside `root`. Throws `ENOENT` where there is no `path`. */
async function confined(root: string, path: string): Promise<boolean> {
  await lstat(path);
  const [realRoot, realPath] = await Promise.all([realpath(root), realpath(path)]);
  return realPath.startsWith(realRoot + sep);
}

function outside(): Result<never> {
  return fail(
    "FORBIDDEN",
    "The project's tickets folder is a link to a place outside the project.",
    "Make tickets/ a plain folder.",
  );
}

function withBlockers(files: readonly TicketFile[], terminalStates: readonly string[]): readonly TrackerTicket[] {
  const states = new Map(files.map((file) => [file.key, file.state]));
  return files.map((file) => ticketOf(file, states, terminalStates));
}

function ticketOf(
  file: TicketFile,
  states: ReadonlyMap<string, string>,
  terminalStates: readonly string[],
): TrackerTicket {
  const { blockedByKeys, ...ticket } = file;
  const blockedBy = blockedByKeys.map((key) => ({
    id: states.has(key) ? key : null,
    key,
    state: states.get(key) ?? null,
  }));
  const dispatchable = blockedBy.every(
    ({ state }) => state !== null && terminalStates.some((terminal) => sameState(terminal, state)),
  );
  return { ...ticket, blockedBy, dispatchable };
}

function inStates(ticket: TrackerTicket, states: readonly string[] | undefined): boolean {
  return states === undefined || states.some((state) => sameState(state, ticket.state));
}

function slugOf(title: string): string {
  const slug = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "ticket" : slug;
}

/**
 * Writes a file that was not there, under the first free of `slug.md`, `slug-2.md`, … and answers its key. A reader sees all of it or none:
 * the text is complete under a hidden name before it is linked, and linking never replaces a file.
 */
async function writeNew(folder: string, slug: string, text: string): Promise<string> {
  const draft = join(folder, `.${slug}-${crypto.randomUUID()}.draft`);
  try {
    await writeFile(draft, text, { flag: "wx", flush: true });
    for (let number = 1; number <= maxFiles; number += 1) {
      const key = number === 1 ? slug : `${slug}-${number}`;
      if (await linkNew(draft, join(folder, `${key}.md`))) return key;
    }
    throw new Error(`There are already ${maxFiles} tickets named ${slug}.`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linkNew(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
