import { useState, type ReactNode } from "react";
import "./palette.css";

export interface Pickable {
  readonly id: string;
  readonly content: ReactNode;
}

export interface PickListProps<T extends Pickable> {
  readonly label: string;
  readonly none: string;
  readonly find: (text: string) => readonly T[];
  readonly onPick: (one: T) => void;
}

/** A field and what is found by what is typed into it; arrows choose, Enter takes. */
export function PickList<T extends Pickable>({ label, none, find, onPick }: PickListProps<T>): ReactNode {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = find(text);
  const index = Math.min(at, found.length - 1);
  const current = found[index];
  return (
    <>
      <input
        className="palette-field"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls="pick-list"
        aria-activedescendant={current === undefined ? undefined : `pick-${String(index)}`}
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
            setAt(Math.max(0, Math.min(found.length - 1, index + step)));
          }
          if (event.key === "Enter") {
            event.preventDefault();
            if (current !== undefined) onPick(current);
          }
        }}
      />
      {found.length === 0 && <p className="palette-none">{none}</p>}
      <ul id="pick-list" className="palette-list" role="listbox" aria-label="Found">
        {found.map((one, place) => (
          <li
            key={one.id}
            id={`pick-${String(place)}`}
            role="option"
            aria-selected={one === current}
            onClick={() => onPick(one)}
            onKeyDown={undefined}
          >
            {one.content}
          </li>
        ))}
      </ul>
    </>
  );
}
