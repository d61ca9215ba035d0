import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { keysOf } from "../../../keys/bindings.ts";
import { scopeNames } from "../../../keys/table.ts";
import type { Command } from "../../keys/command.ts";
import { activeCommands, keymapOf } from "../../keys/commands.ts";
import { findChoices, type Findable } from "../../keys/find-choices.ts";
import { allStandings, useApp, type App } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Keys } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";
import { allSettings } from "../settings/setting-table.ts";
import "./palette.css";

interface Choice extends Findable {
  /** What it is, where it is no command. */
  readonly kind?: string;
  readonly binding?: string | undefined;
  readonly run: () => void;
}

const shown = 30;

/** Every command, workstream, setting and open ticket, found by typing. */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const tickets = useTicketChoices(app);
  // As it was when the palette was opened: nothing moves under the hand.
  const [fixed] = useState(() => choicesOf(app));
  const recent = app.stores.view.getState().recent;
  const typed = useDeferredValue(text);
  const found = useMemo(
    () => findChoices([...fixed, ...tickets], typed, recent).slice(0, shown),
    [fixed, tickets, typed, recent],
  );
  const here = Math.min(at, found.length - 1);
  const current = found[here];
  useEffect(() => {
    // Newer browsers answer a promise, which an effect may not return.
    list.current?.children[here]?.scrollIntoView({ block: "nearest" });
  }, [here, found]);
  const pick = (choice: Choice | undefined): void => {
    if (choice === undefined || choice.not !== undefined) return;
    app.actions.chose(choice.id);
    onClose();
    choice.run();
  };
  return (
    <Dialog title="Commands and workstreams" onClose={onClose}>
      <input
        className="palette-field"
        role="combobox"
        aria-label="Find a command or workstream"
        aria-autocomplete="list"
        aria-expanded={found.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={current === undefined ? undefined : idOf(current)}
        value={text}
        autoFocus
        placeholder="Type a few letters"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key] ?? 0;
          if (step !== 0) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(found.length - 1, here + step)));
          }
          if (event.key === "Enter") {
            event.preventDefault();
            // What is shown may be one letter behind.
            const now = typed === text ? current : findChoices([...fixed, ...tickets], text, recent)[here];
            pick(now);
          }
        }}
      />
      <p className="unseen" role="status">
        {found.length === 0 ? "Nothing found" : `${String(found.length)} found`}
      </p>
      {found.length === 0 && <p className="palette-none">Nothing is called that.</p>}
      <ul ref={list} id="palette-list" className="palette-list" role="listbox" aria-label="Found">
        {found.map((choice) => (
          <li
            key={choice.id}
            id={idOf(choice)}
            role="option"
            aria-selected={choice === current}
            aria-disabled={choice.not !== undefined}
            onClick={() => pick(choice)}
            onKeyDown={undefined}
          >
            <span>
              <Plain text={choice.title} />
              {choice.kind !== undefined && <span className="palette-kind"> {choice.kind}</span>}
            </span>
            {choice.not === undefined ? null : <span className="palette-kind">{choice.not}</span>}
            {choice.binding !== undefined && <Keys binding={choice.binding} />}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** An id that is one word, whatever a ticket is called. */
function idOf({ id }: Choice): string {
  return `palette-${encodeURIComponent(id)}`;
}

/** Those that only move a step in a list, or differ by a number that is found as a workstream. */
function isStep(id: string): boolean {
  return /^(palette$|workstream-|option-|left$|right$|up|down$)/.test(id);
}

function rank({ scope, hint }: Command): number {
  const place = scope === "ask" || scope === "question" ? 0 : scope === "global" ? 4 : 2;
  return place + (hint === undefined || hint === "next" ? 1 : 0);
}

function choicesOf(app: App): Choice[] {
  const here = activeCommands(app).filter(({ id }) => !isStep(id));
  const active = new Set(here.map(({ id }) => id));
  const commands = here
    // What belongs to the place is wanted more often than what works everywhere, and a verb more often than a step in a list.
    .toSorted((a, b) => rank(a) - rank(b))
    .filter(({ title }, at, all) => all.findIndex((other) => other.title === title) === at)
    .map(({ id, title, also = "", keys: [binding], run }): Choice => ({
      id,
      title,
      also,
      binding,
      run: () => run(app),
    }));
  const others = keymapOf(app)
    .commands.filter(({ id, title }) => !active.has(id) && !isStep(id) && !here.some((one) => one.title === title))
    .map(({ id, title, also = "", keys: [binding], scope, run }): Choice => ({
      id,
      title,
      also,
      binding,
      not: scope === "global" ? "not now" : `${scopeNames[scope]}, not here now`,
      run: () => run(app),
    }));
  return [...commands, ...workstreamChoices(app), ...settingChoices(app), ...others];
}

function workstreamChoices(app: App): Choice[] {
  return allStandings(app).map(({ workstream: { id, number, name } }) => ({
    id,
    title: `${String(number)}  ${name}`,
    also: "",
    binding: number <= 15 ? keyOf(app, `workstream-${String(number)}`) : undefined,
    run: () => app.actions.go({ screen: "workstream", number, tab: "transcript" }),
  }));
}

function keyOf(app: App, id: string): string | undefined {
  const command = keymapOf(app).commands.find((one) => one.id === id);
  return command === undefined ? undefined : keysOf(command, app.stores.settings.getState())[0];
}

function settingChoices(app: App): Choice[] {
  return allSettings.map(({ name, title, says, also }) => ({
    id: `setting:${name}`,
    title,
    also: `setting ${also} ${says}`,
    kind: "setting",
    run: () => {
      app.actions.show({ setting: name });
      app.actions.go({ screen: "settings" });
    },
  }));
}

/** Open tickets of the projects, once their trackers have answered. */
function useTicketChoices(app: App): readonly Choice[] {
  const [tickets, setTickets] = useState<readonly Choice[]>([]);
  useEffect(() => {
    let wanted = true;
    const projects = Object.keys(app.stores.engine.getState().fleet.projects).slice(0, 5);
    const read = projects.map(async (projectId): Promise<Choice[]> => {
      const listed = await app.actions.listTickets(projectId).catch(() => undefined);
      return (listed?.tickets ?? [])
        .filter(({ workstreams }) => workstreams.length === 0)
        .slice(0, 100)
        .map(({ key, title }) => ({
          id: `ticket:${key}`,
          title,
          also: `ticket ${key}`,
          kind: "ticket",
          run: () => {
            app.actions.show({ ticket: key });
            app.actions.openOverlay("start");
          },
        }));
    });
    void Promise.all(read).then((all) => {
      if (wanted) setTickets(all.flat());
    });
    return () => {
      wanted = false;
    };
  }, [app]);
  return tickets;
}
