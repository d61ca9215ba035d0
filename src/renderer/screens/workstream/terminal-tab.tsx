import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { isKeptFromShell } from "../../keys/kept-from-shell.ts";
import { useApp, useEngine, useSettings, useTerminal } from "../../store/app.ts";
import { joinTerminal, type JoinedTerminal } from "../../store/join-terminal.ts";
import type { TerminalState } from "../../store/stores.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Name, Plain } from "../../ui/plain.tsx";
import type { TerminalHandle } from "../../ui/terminal/terminal-view.tsx";
import "./terminal-tab.css";

/** Four hundred kilobytes that the rest does without. */
const TerminalView = lazy(async () => ({
  default: (await import("../../ui/terminal/terminal-view.tsx")).TerminalView,
}));

/** The human's own shell in the worktree. */
export function TerminalTab({ workstream }: { workstream: Workstream }): ReactNode {
  const reader = useEngine((state) => state.reader);
  const { place, name } = workstream;
  if (reader) return <p className="workstream-quiet">A terminal is its owner’s alone: you may only look elsewhere.</p>;
  if (place.gitDir === undefined) {
    return <p className="workstream-quiet">{name} has no folder now, so there is nowhere to open a terminal.</p>;
  }
  return <Open workstream={workstream} />;
}

function Open({ workstream }: { workstream: Workstream }): ReactNode {
  const { id, name, place } = workstream;
  const { stores, surfaces, mirror, actions } = useApp();
  const open = useEngine((state) => state.link.kind === "open");
  const state = useTerminal(id);
  const theme = useTheme();
  const size = useSettings((settings) => settings.terminalSize);
  const scrollback = useSettings((settings) => settings.terminalScrollback);
  const [view, setView] = useState<TerminalHandle>();
  const joined = useRef<JoinedTerminal>(undefined);
  const [attempt, setAttempt] = useState(0);

  const tell = useCallback(
    (told: TerminalState | undefined) => {
      stores.terminal.setState(({ terminals: { [id]: _before, ...terminals } }) => ({
        terminals: told === undefined ? terminals : { ...terminals, [id]: told },
      }));
    },
    [stores, id],
  );

  useEffect(() => {
    const client = mirror.link.client();
    if (view === undefined || !open || client === undefined) return undefined;
    const before = stores.terminal.getState().terminals[id];
    if (before?.kind === "ended" && before.why === "engine") return undefined;
    const session = joinTerminal({
      client,
      workstreamId: id,
      known: before?.kind === "live" ? before.terminal.id : undefined,
      grid: view.grid(),
      screen: view,
      tell,
      newKey: () => crypto.randomUUID(),
    });
    joined.current = session;
    return () => {
      joined.current = undefined;
      session.leave();
    };
  }, [id, mirror, stores, tell, view, open, attempt]);

  // Where it ended was told; whoever comes back is given a new one.
  useEffect(
    () => () => {
      if (stores.terminal.getState().terminals[id]?.kind !== "live") tell(undefined);
    },
    [stores, id, tell],
  );

  const renew = useCallback(() => {
    tell({ kind: "opening" });
    setAttempt((count) => count + 1);
    view?.focus();
  }, [tell, view]);

  useEffect(
    () =>
      surfaces.add("terminal", {
        focus: () => (stores.terminal.getState().terminals[id]?.kind === "ended" ? renew() : view?.focus()),
        renew,
      }),
    [surfaces, stores, id, renew, view],
  );

  const over = state?.kind === "ended" || state?.kind === "refused";
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // No program is left that the keys could belong to.
    if (over && root.current?.contains(document.activeElement) === true) {
      root.current.closest<HTMLElement>("[role=tabpanel]")?.focus();
    }
  }, [over]);
  return (
    <div ref={root} className="terminal-tab">
      <p className="terminal-says">
        Your own shell, with your rights, in <Name text={place.path} />
      </p>
      <Suspense fallback={<p className="workstream-quiet">Preparing the terminal…</p>}>
        <TerminalView
          label={`Terminal of ${name}`}
          still={over || !open}
          theme={theme}
          size={size}
          scrollback={scrollback}
          onReady={(drawn) => {
            setView(drawn);
            drawn.focus();
          }}
          onType={(text) => joined.current?.type(text)}
          onGrid={(grid) => joined.current?.resize(grid)}
          onFocus={(inside) => actions.show({ region: inside ? "shell" : undefined })}
          keeps={(event) => isKeptFromShell({ stores }, event)}
        />
      </Suspense>
      {over && <Over state={state} onRenew={renew} />}
    </div>
  );
}

function Over({ state, onRenew }: { state: TerminalState; onRenew: () => void }): ReactNode {
  return (
    <div className="terminal-over" role="status">
      <p>
        <Plain text={wordsFor(state)} />
      </p>
      <VerbButton label="Open a new one" binding="Enter" tone="primary" onPress={onRenew} />
    </div>
  );
}

function wordsFor(state: TerminalState): string {
  if (state.kind === "refused") return `${state.problem.message} ${state.problem.next}`;
  if (state.kind !== "ended") return "";
  if (state.why === "engine") return "This terminal ended with the engine. Above is the last that was seen of it.";
  if (state.why === "closed") return "This terminal was closed.";
  return state.exitCode === undefined || state.exitCode === 0
    ? "The shell has ended."
    : `The shell has ended, with ${String(state.exitCode)}.`;
}

/** Changes whenever the colours do. */
function useTheme(): string {
  const chosen = useSettings((settings) => settings.theme);
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const follow = (): void => setDark(scheme.matches);
    scheme.addEventListener("change", follow);
    return () => scheme.removeEventListener("change", follow);
  }, []);
  return chosen === "system" ? `system ${String(dark)}` : chosen;
}
