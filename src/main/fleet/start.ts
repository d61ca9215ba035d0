import { fail, ok, type Result } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Detail } from "../../contract/procedures.ts";
import type { Project, Workstream } from "../../contract/states.ts";
import { noTokens } from "../../contract/usage.ts";
import type { TrackerTicket } from "../trackers/tracker.ts";
import type { Deck, ProjectRooms } from "./crew.ts";
import type { Fleet, StartInput } from "./fleet.ts";

/** Files or finds the ticket and puts its workstreams in the queue; setting them up is not waited for. */
export function createStart(deck: Deck): Fleet["start"] {
  return async (input, by) => {
    const project = findProject(deck, input);
    if (!project.ok) return project;
    const rooms = deck.rooms(project.value.id);
    if (rooms === undefined) {
      return fail(
        "UNAVAILABLE",
        `Project ${project.value.name} could not be opened.`,
        `Run \`cox open ${project.value.root}\` to see why.`,
      );
    }
    const policy = await rooms.refreshPolicy();
    if (policy.policy === null || policy.problem !== null) {
      return fail(
        "CONFLICT",
        policy.problem?.message ?? "The policy cannot be read.",
        policy.problem?.next ?? "Mend WORKFLOW.md.",
      );
    }
    // Before a ticket is filed for words that cannot be worked on.
    const possible = await checkChoice(deck, project.value, given(input));
    if (!possible.ok) return possible;
    const found = await findTicket(rooms, input);
    if (!found.ok) return found;
    const ticket: Detail["ticket"] = {
      key: found.value.key,
      title: found.value.title,
      body: found.value.description ?? "",
    };
    const choice = { ...fromTicket(found.value), ...given(input) };
    const ticketed = await checkChoice(deck, project.value, choice);
    if (!ticketed.ok) return ticketed;
    const numbers = await deck.takeNumbers(input.attempts);
    if (!numbers.ok) return numbers;
    const ids = Array.from({ length: input.attempts }, () => deck.newId("w"));
    // A row without its ticket must never be told of.
    const saved = await Promise.all(ids.map((id) => deck.storage.saveTicket(id, ticket)));
    // The project may have been closed meanwhile.
    const still = findProject(deck, { projectId: project.value.id });
    for (const each of [...saved, still]) if (!each.ok) return each;
    // Names are chosen and told of without a pause: another start may be under way.
    const rows: Workstream[] = [];
    for (const number of numbers.value) {
      const id = ids[rows.length] ?? deck.newId("w");
      rows.push(newWorkstream(deck, { id, number }, project.value, ticket, choice, rows));
    }
    const told = await deck.tell(
      rows.map((workstream) => ({ type: "workstream.created", workstream })),
      by,
    );
    if (!told.ok) return told;
    for (const row of rows) deck.poke(row.id);
    return ok(rows);
  };
}

/** The one that is named, or the only one. */
export function findProject(deck: Deck, input: Pick<StartInput, "projectId">): Result<Project> {
  const projects = Object.values(deck.state().projects);
  if (input.projectId !== undefined) {
    const project = deck.state().projects[input.projectId];
    return project === undefined
      ? fail("NOT_FOUND", "There is no such project.", "Open it first: `cox open PATH`.")
      : ok(project);
  }
  const [only, ...others] = projects;
  if (only === undefined) return fail("NOT_FOUND", "No project is open.", "Open one: `cox open PATH`.");
  if (others.length > 0) {
    return fail(
      "BAD_REQUEST",
      "Several projects are open.",
      `Name one (\`--project\` in a shell): ${projects.map((each) => each.name).join(", ")}.`,
    );
  }
  return ok(only);
}

async function findTicket(rooms: ProjectRooms, input: StartInput): Promise<Result<TrackerTicket>> {
  const { tracker } = rooms;
  if (input.ticketKey !== undefined) {
    const found = await tracker.byKeys([input.ticketKey]);
    if (!found.ok) return found;
    const [ticket] = found.value;
    return ticket === undefined
      ? fail("NOT_FOUND", `There is no ticket ${input.ticketKey}.`, "`cox tickets` lists the open ones.")
      : ok(ticket);
  }
  const text = (input.text ?? "").trim();
  const [first = "", ...rest] = text.split("\n");
  if (first === "") return fail("BAD_REQUEST", "The ticket has no text.", "Say what is to be done.");
  const title = first.replace(/^#+\s*/, "");
  return tracker.create({
    title: title.length <= 300 ? title : `${title.slice(0, 299)}…`,
    body: rest.join("\n").trim() || text,
  });
}

type Choice = Partial<Pick<StartInput, "agent" | "model" | "base" | "budget" | "adopted">>;

/** What is named must be there, and room on the disk: better refused now than failed later. */
async function checkChoice(deck: Deck, { root, gitDir }: Project, { agent, base }: Choice): Promise<Result<void>> {
  const room = await deck.disk.room();
  if (!room.ok) return room;
  const known = agent === undefined ? ok(undefined) : deck.agent(agent);
  if (!known.ok) return known;
  if (base === undefined) return ok(undefined);
  const commit = await deck.git.resolve({ path: root, gitDir }, base);
  return commit.ok ? ok(undefined) : commit;
}

/** A ticket may name its own agent and model in its front matter. */
function fromTicket({ extra }: TrackerTicket): Choice {
  const { agent, model } = extra;
  return { ...(typeof agent === "string" ? { agent } : {}), ...(typeof model === "string" ? { model } : {}) };
}

function given({ agent, model, base, budget, adopted }: StartInput): Choice {
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(base === undefined ? {} : { base }),
    ...(budget === undefined ? {} : { budget }),
    ...(adopted === undefined ? {} : { adopted }),
  };
}

function newWorkstream(
  deck: Deck,
  { id, number }: { readonly id: WorkstreamId; readonly number: number },
  project: Project,
  ticket: Detail["ticket"],
  choice: Choice,
  siblings: readonly Workstream[],
): Workstream {
  const all = [...Object.values(deck.state().workstreams), ...siblings];
  const policy = deck.rooms(project.id)?.policy().policy ?? deck.defaultPolicy;
  const now = deck.clock.now();
  const folder = freeName(
    deck.nameFrom(ticket.title),
    new Set(all.filter((row) => row.projectId === project.id).map((row) => row.place.folder)),
  );
  const model = choice.model ?? policy.coxswain.model ?? undefined;
  return {
    id,
    projectId: project.id,
    number,
    name: folder,
    ticket: { key: ticket.key, title: ticket.title.slice(0, 300) },
    attempt: all.filter((row) => row.projectId === project.id && row.ticket.key === ticket.key).length + 1,
    agent: choice.agent ?? policy.coxswain.agent,
    ...(model === undefined ? {} : { model }),
    phase: "queued",
    place: {
      branch: `cox/${id}/${folder}`,
      folder,
      path: choice.adopted?.path ?? deck.plannedPath(project.id, folder),
      base: choice.base ?? policy.coxswain.base ?? project.defaultBranch,
      ...(choice.adopted === undefined ? {} : { adopted: choice.adopted.from }),
    },
    turns: 0,
    rounds: 0,
    failures: 0,
    line: ticket.title.slice(0, 200),
    lineAt: now,
    heardAt: now,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: choice.budget ?? policy.coxswain.budget.workstream,
    gates: {},
    createdAt: now,
  };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let nth = 2; ; nth += 1) if (!taken.has(`${name}-${nth}`)) return `${name}-${nth}`;
}
