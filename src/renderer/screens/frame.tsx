import { useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";
import { channels } from "../../contract/channels.ts";
import type { Problem } from "../../contract/errors.ts";
import type { AttentionItem } from "../../contract/states.ts";
import { sequenceHints } from "../../keys/table.ts";
import type { Command } from "../keys/command.ts";
import { activeCommands } from "../keys/commands.ts";
import { canAct, useApp, useEngine, useStandings, useView, urgentItems, type App } from "../store/app.ts";
import { age, clock } from "../store/format.ts";
import { countStatuses } from "../store/standing.ts";
import type { LinkState } from "../client.ts";
import { HintBar, type Hint } from "../ui/hint-bar.tsx";
import { VerbButton } from "../ui/kbd.tsx";
import { HostBanner, LinkBanner, Placard } from "../ui/link-banner.tsx";
import { Notices } from "../ui/notices.tsx";
import { Plain, WithCode } from "../ui/plain.tsx";
import { StatusMark } from "../ui/status-mark.tsx";
import { Rail } from "./rail.tsx";
import { useNow } from "./use-now.ts";
import "./frame.css";

/** What stands around every screen: the fleet in one line, how true it is, the keys, and what became of the last command. */
export function Frame({ children }: { children: ReactNode }): ReactNode {
  const { mirror, actions } = useApp();
  const link = useEngine((state) => state.link);
  const known = useEngine((state) => state.seq !== undefined);
  const mute = useEngine((state) => state.feedProblem);
  const notices = useView((view) => view.notices);
  const notice = useView((view) => view.hostNotice);
  const announcement = useView((view) => view.announcement);
  const pending = useView((view) => view.pendingKeys);
  const hints = useHints();
  if (link.kind === "refused") {
    return (
      <Placard title={link.problem.message} alert>
        <p>{link.problem.next}</p>
      </Placard>
    );
  }
  return (
    <div className="frame" data-stale={link.kind !== "open" || (known && mute !== undefined)}>
      <Header />
      {notice !== undefined && <HostBanner text={notice.text} {...(notice.stay ? { onStay: stay } : {})} />}
      {link.kind === "lost" && <Lost link={link} known={known} onRetry={() => mirror.link.retryNow()} />}
      {link.kind === "open" && known && mute !== undefined && <Mute told={mute} />}
      <div className="frame-body">
        <Rail />
        {known ? children : <Waiting link={link} />}
      </div>
      <HintBar
        hints={hints.filter(({ id }) => !everywhere.has(id))}
        everywhere={hints.filter(({ id }) => everywhere.has(id))}
        pending={pending}
      />
      <Notices notices={notices} onDismiss={actions.dismiss} />
      <p className="unseen" aria-live="polite" role="status">
        {announcement}
      </p>
    </div>
  );
}

/** Tells the desktop host that the human does not want to quit after all. */
function stay(): void {
  window.postMessage(channels.stay, window.location.origin);
}

function Lost(props: { link: Extract<LinkState, { kind: "lost" }>; known: boolean; onRetry: () => void }): ReactNode {
  const heardAt = useEngine((state) => state.heardAt);
  const { link, known, onRetry } = props;
  const shown = known ? ` What you see is from ${clock(heardAt ?? link.since)}.` : "";
  return <LinkBanner text={`Not connected since ${clock(link.since)}, trying again…${shown}`} onRetry={onRetry} />;
}

/** The engine is there and tells nothing any more; it is asked again by itself. */
function Mute({ told }: { told: Problem }): ReactNode {
  const heardAt = useEngine((state) => state.heardAt);
  const since = heardAt === undefined ? "older" : `from ${clock(heardAt)}`;
  return <LinkBanner text={`The fleet cannot be read, trying again… What you see is ${since}. ${told.message}`} />;
}

/** In the desktop program the engine is started for the human. */
const isOurs = window.location.protocol === "app:";

function Waiting({ link }: { link: LinkState }): ReactNode {
  const told = useEngine((state) => state.feedProblem);
  if (link.kind === "open" && told !== undefined) {
    return (
      <Placard title="The fleet cannot be read." alert>
        <p>
          <WithCode text={`${told.message} ${told.next}`} />
        </p>
      </Placard>
    );
  }
  if (link.kind === "lost") {
    return (
      <Placard title="The engine does not answer.">
        <p>{isOurs ? "It is being started" : "Start it with `npm start`"}; this page connects by itself.</p>
      </Placard>
    );
  }
  return <Placard title={link.kind === "open" ? "Reading the fleet…" : "Connecting to the engine…"} />;
}

function Header(): ReactNode {
  const { actions } = useApp();
  const standings = useStandings();
  const now = useNow();
  const fleet = useEngine((state) => state.fleet);
  const urgent = useMemo(() => urgentItems(fleet, now), [fleet, now]);
  const oldest = urgent.reduce((first, item) => Math.min(first, item.at), Infinity);
  const reader = useEngine((state) => state.reader);
  const [project, ...others] = Object.values(fleet.projects);
  useArrivals(urgent);
  return (
    <header className="top">
      <button type="button" className="top-name" onClick={() => actions.go({ screen: "queue" })}>
        Coxswain
      </button>
      {project !== undefined && (
        <span className="top-project">
          <Plain text={project.name} />
          {others.length > 0 && ` and ${String(others.length)} more`}
        </span>
      )}
      {reader && <strong className="top-reader">You may only look</strong>}
      <ul className="top-counts" aria-label="Workstreams by status">
        {countStatuses(standings).map(({ status, count }) => (
          <li key={status}>
            <span className="top-count">{count}</span> <StatusMark status={status} />
          </li>
        ))}
      </ul>
      <p className="top-need" data-some={urgent.length > 0}>
        {urgent.length === 0 ? (
          "Nothing needs you"
        ) : (
          <>
            <strong>{needWords(urgent.length)}</strong>
            <span className="top-oldest">oldest {age(Math.max(0, now - oldest))}</span>
          </>
        )}
      </p>
    </header>
  );
}

/** Tells screen readers what has begun to need the human since the window opened. */
function useArrivals(urgent: readonly AttentionItem[]): void {
  const { actions } = useApp();
  const isTold = useEngine((state) => state.seq !== undefined);
  const known = useRef<ReadonlySet<string> | undefined>(undefined);
  useEffect(() => {
    // What waited before the fleet was known has not just arrived.
    if (!isTold) return;
    const before = known.current;
    known.current = new Set(urgent.map((item) => item.id));
    const arrived = before === undefined ? [] : urgent.filter((item) => !before.has(item.id));
    if (arrived.length > 0) actions.show({ announcement: arrived.map((item) => `Needs you: ${item.ask}`).join(". ") });
  }, [actions, urgent, isTold]);
}

function needWords(count: number): string {
  return count === 1 ? "1 needs you" : `${String(count)} need you`;
}

/** The hints that hold now; drawn again only when they change. */
function useHints(): Hint[] {
  const app = useApp();
  const ids = useSyncExternalStore(
    (tell) => {
      const { engine, view, search, compare, settings, queue, grid, worktrees, setup } = app.stores;
      const leave = [engine, view, search, compare, settings, queue, grid, worktrees, setup].map((store) =>
        store.subscribe(tell),
      );
      return () => leave.forEach((stop) => stop());
    },
    () =>
      hintsOf(app)
        .map(({ id, binding }) => `${id} ${binding}`)
        .join(" "),
  );
  return ids === "" ? [] : hintsOf(app);
}

function hintsOf(app: App): Hint[] {
  const active = activeCommands(app);
  const { pendingKeys, region } = app.stores.view.getState();
  if (pendingKeys !== "") return continuations(active, pendingKeys);
  const away = region === "question" ? active.find(({ id }) => id === "next-region")?.keys[0] : undefined;
  const plain = active.flatMap(({ id, keys: [binding], hint }) =>
    hint === undefined || binding === undefined || binding.includes(" ") ? [] : [{ id, binding, label: hint }],
  );
  const begun = Object.entries(sequenceHints).flatMap(([binding, label]) =>
    active.some(({ keys }) => keys.some((one) => one.startsWith(`${binding} `)))
      ? [{ id: `begin-${binding}`, binding, label }]
      : [],
  );
  const others = away === undefined ? [] : [{ id: "next-region", binding: away, label: "other keys" }];
  return [...plain, ...begun, ...others].toSorted((a, b) => rank(a.id) - rank(b.id));
}

const mostContinuations = 9;

/** What the keys that are pressed so far can become. */
function continuations(active: readonly Command[], pending: string): Hint[] {
  return active
    .flatMap(({ id, keys, hint, title }) =>
      keys
        .filter((binding) => binding.startsWith(`${pending} `))
        .map((binding) => ({ id, binding: binding.slice(pending.length + 1), label: hint ?? title })),
    )
    .slice(0, mostContinuations);
}

/** What leads from any place to any other, and to every key. */
const everywhere: ReadonlySet<string> = new Set(["jump", "palette", "keys"]);

/** What belongs to the place comes first; what ends the work, and what is done seldom, has the room that is left. */
function rank(id: string): number {
  const last = [
    "next-split",
    "begin-h",
    "mark",
    "mute",
    "why",
    "start-from-queue",
    "interrupt",
    "stop",
    "leave",
    "jump",
    "palette",
    "keys",
  ];
  return last.indexOf(id) + 1;
}

/** Offers to start when there is nothing to look at yet. */
export function StartVerb(): ReactNode {
  const { actions } = useApp();
  const offline = useEngine((state) => !canAct(state));
  return (
    <VerbButton
      label="Start a workstream"
      command="start"
      disabled={offline}
      tone="primary"
      onPress={() => actions.openOverlay("start")}
    />
  );
}
