import { useState, type ReactNode } from "react";
import type { Command } from "../../keys/command.ts";
import { activeCommands } from "../../keys/commands.ts";
import { allStandings, useApp, type App } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Keys } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";
import "./palette.css";

interface Choice {
  readonly id: string;
  readonly title: string;
  readonly also: string;
  readonly binding: string | undefined;
  readonly run: () => void;
}

const shown = 12;

/** Every command that works here and every workstream, found by typing. */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = find(choices(app), text).slice(0, shown);
  const current = found[Math.min(at, found.length - 1)];
  const pick = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    choice.run();
  };
  return (
    <Dialog title="Commands and workstreams" onClose={onClose}>
      <input
        className="palette-field"
        role="combobox"
        aria-label="Find a command or workstream"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={current === undefined ? undefined : `palette-${current.id}`}
        value={text}
        autoFocus
        placeholder="Type a few letters"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
          if (step !== 0) {
            event.preventDefault();
            setAt((before) => Math.max(0, Math.min(found.length - 1, before + step)));
          }
          if (event.key === "Enter") {
            event.preventDefault();
            pick(current);
          }
        }}
      />
      {found.length === 0 && <p className="palette-none">Nothing here is called that.</p>}
      <ul id="palette-list" className="palette-list" role="listbox" aria-label="Found">
        {found.map((choice) => (
          <li
            key={choice.id}
            id={`palette-${choice.id}`}
            role="option"
            aria-selected={choice === current}
            onClick={() => pick(choice)}
            onKeyDown={undefined}
          >
            <span>
              <Plain text={choice.title} />
            </span>
            {choice.binding !== undefined && <Keys binding={choice.binding} />}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function choices(app: App): Choice[] {
  const places = allStandings(app).map(({ workstream }): Choice => ({
    id: workstream.id,
    title: `${String(workstream.number)}  ${workstream.name}`,
    also: "",
    binding: undefined,
    run: () => app.actions.go({ screen: "workstream", number: workstream.number, tab: "transcript" }),
  }));
  const verbs = activeCommands(app)
    .filter((command) => command.id !== "palette" && !/^(workstream-|left$|right$|up|down$)/.test(command.id))
    // What belongs to the place is wanted more often than what works everywhere.
    .toSorted((a, b) => Number(a.scope === "global") - Number(b.scope === "global"))
    .filter(({ title }, at, all) => all.findIndex((other) => other.title === title) === at)
    .map((command: Command): Choice => ({
      id: command.id,
      title: command.title,
      also: command.also ?? "",
      binding: command.keys[0],
      run: () => command.run(app),
    }));
  return [...verbs, ...places];
}

/** Those whose title or other words hold all that was typed; those that begin with it come first, then those named so. */
function find(all: readonly Choice[], text: string): Choice[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const holds = (within: string): boolean => words.every((word) => within.toLowerCase().includes(word));
  const fits = all.filter(({ title, also }) => holds(`${title} ${also}`));
  const rank = ({ title, also }: Choice): number => {
    if ([title, also].some((one) => one.toLowerCase().startsWith(text.toLowerCase()))) return 0;
    return holds(title) ? 1 : 2;
  };
  return text === "" ? fits : fits.toSorted((a, b) => rank(a) - rank(b));
}
