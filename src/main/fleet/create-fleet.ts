import { ok, type Result } from "../../contract/errors.ts";
import { fold } from "../../contract/fold.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { FleetState, Project } from "../../contract/states.ts";
import type { By } from "../storage/journal.ts";
import { advance } from "./advance.ts";
import { attentionChanges, needs, type Need } from "./attention.ts";
import { createCommands } from "./commands.ts";
import { newCrew, type Crew, type Deck, type FleetDeps, type ProjectRooms } from "./crew.ts";
import type { Delta, Fleet } from "./fleet.ts";
import { createForecasts } from "./forecast.ts";
import { keepWarm } from "./keep-warm.ts";
import { listen } from "./listen.ts";
import { bringsWork, keepInVault } from "./keep-in-vault.ts";
import { createNumbers } from "./numbers.ts";
import { policyStand, pokeProject } from "./project-commands.ts";
import { watch } from "./watch.ts";
import { withinTime } from "./within-time.ts";

const engine: By = { actor: { kind: "engine" } };
/** How often what passes with time is looked at, in milliseconds. */
const heartbeat = 500;
/** How long closing waits for what is under way, in milliseconds. */
const closeLimit = 8_000;

/** Owns the workstreams: moves each by {@link advance}, and takes up after a restart what the rows say was under way. */
export async function createFleet(deps: FleetDeps): Promise<Result<Fleet>> {
  const crews = new Map<WorkstreamId, Crew>();
  const rooms = new Map<string, ProjectRooms>();
  const listeners = new Set<(delta: Delta) => void>();
  const stalled = new Set<string>();
  const running = new Set<Promise<unknown>>();
  /** The causes the human has been told of, and may have put away. */
  let known = knownAtStart(deps);
  let closing = false;
  const numbers = await createNumbers(deps.storage, deps.journal.state());
  if (!numbers.ok) return numbers;

  function follow(work: Promise<unknown>): void {
    running.add(work);
    void work
      .catch((thrown: unknown) => deps.log("Work of the fleet failed.", thrown))
      .finally(() => running.delete(work));
  }

  const deck: Deck = {
    ...deps,
    state: () => deps.journal.state(),
    row: (id) => deps.journal.state().workstreams[id],
    crew(id) {
      const known = crews.get(id);
      if (known !== undefined) return known;
      const made = newCrew(id, deps.clock.awake());
      crews.set(id, made);
      return made;
    },
    policy: (row) => rooms.get(row.projectId)?.policy().policy ?? deps.defaultPolicy,
    isGoverned: (row) => (rooms.get(row.projectId)?.policy().policy ?? null) !== null,
    closing: () => closing,
    rooms: (projectId) => rooms.get(projectId),
    tell(events, by = engine) {
      const before = deps.journal.state();
      const at = deps.clock.now();
      const after = events.reduce<FleetState>((state, event) => fold(state, { event, at }), before);
      const wanted = needs(after, { stalled, damaged: deps.damaged, low: deps.disk.low() });
      const newId = () => deps.newId("a");
      const changes = attentionChanges(Object.values(after.attention), known, wanted, { at, newId });
      const all = [...events, ...changes];
      if (all.length === 0) return Promise.resolve(ok(undefined));
      const told = deps.journal.record(all, by);
      const refused = deps.journal.state() === before && after !== before;
      if (!refused) known = wanted;
      if (events.some((event) => event.type === "workstream.moved")) pokeQueued();
      for (const event of events) {
        if (event.type === "workstream.deleted") crews.delete(event.workstreamId);
        if (bringsWork(event)) follow(keepInVault(deck, event.workstreamId));
      }
      return told;
    },
    takeNumbers: numbers.value,
    stream(delta) {
      for (const listener of listeners) listener(delta);
    },
    follow,
    poke(id) {
      if (!closing) follow(advance(deck, id));
    },
    listen(id, thread) {
      follow(listen(deck, id, thread));
    },
  };

  /** One that moves may leave its place to the next. */
  function pokeQueued(): void {
    for (const row of Object.values(deck.state().workstreams)) if (row.phase === "queued") deck.poke(row.id);
  }

  async function openRooms(project: Project): Promise<Result<void>> {
    if (rooms.has(project.id)) return ok(undefined);
    const opened = await deps.openProject(project, { policyChanged: () => follow(tellPolicy(deck, project.id)) });
    if (!opened.ok) return opened;
    rooms.set(project.id, opened.value);
    return ok(undefined);
  }

  function closeRooms(projectId: string): void {
    rooms.get(projectId)?.close();
    rooms.delete(projectId);
  }

  async function reopen(project: Project): Promise<void> {
    const opened = await openRooms(project);
    const policy = opened.ok ? policyStand(deck, project) : { ...project.policy, rejected: opened.error };
    await deck.tell([{ type: "policy.read", projectId: project.id, policy }]);
  }

  // A project that cannot be opened (moved, unreadable) must not keep the others from starting.
  await Promise.all(Object.values(deck.state().projects).map((project) => reopen(project)));
  await deck.tell([]);
  for (const row of Object.values(deck.state().workstreams)) {
    if (row.phase === "archived") follow(deps.dropScratch(row.id));
    deck.poke(row.id);
  }
  const forecasts = createForecasts(deck);
  const stopWatch = deps.clock.every(heartbeat, () => {
    watch(deck, stalled);
    forecasts.look();
    keepWarm(deck);
  });

  return ok({
    ...createCommands(deck, openRooms, closeRooms),
    onDelta(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing = true;
      stopWatch();
      const threads = [...crews.values()].flatMap((crew) => crew.thread ?? []);
      // What the threads say while they are closed is the engine's doing and not recorded: the next start takes them up.
      for (const crew of crews.values()) crew.thread = undefined;
      const ended = Promise.all(threads.map((thread) => thread.close())).then(() => Promise.allSettled(running));
      // What does not end by itself is ended with its agent's process.
      await withinTime(deps.clock, closeLimit, ended.then(ok), "The fleet did not end in time.");
      for (const room of rooms.values()) room.close();
    },
  });
}

/** What the last run told the human, or would have told: all but what start-up itself found, unless its items are damaged too. */
function knownAtStart({ journal, damaged }: FleetDeps): Map<string, Need> {
  if (damaged.some(({ table }) => table === "attention")) return new Map();
  return needs(journal.state(), { stalled: new Set(), damaged: [], low: undefined });
}

async function tellPolicy(deck: Deck, projectId: string): Promise<void> {
  const project = deck.state().projects[projectId];
  if (project === undefined || deck.rooms(projectId) === undefined) return;
  await deck.tell([{ type: "policy.read", projectId, policy: policyStand(deck, project) }]);
  pokeProject(deck, projectId);
}
