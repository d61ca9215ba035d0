import { useEffect, useRef, type ReactNode } from "react";
import { useApp, useGrid, useStandings } from "../../store/app.ts";
import { filters, fitsFilter } from "../../store/grid-store.ts";
import { KeysOf } from "../../ui/kbd.tsx";
import "./grid-bar.css";

/** What of the fleet is shown, and how many were chosen. Always there and always as high, so that no tile moves. */
export function GridBar(): ReactNode {
  const { actions, stores, surfaces } = useApp();
  const standings = useStandings();
  const filter = useGrid((grid) => grid.filter);
  const text = useGrid((grid) => grid.text);
  const chosen = useGrid((grid) => grid.chosen.size);
  const density = useGrid((grid) => grid.density);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => surfaces.add("filter", { focus: () => field.current?.select() }), [surfaces]);
  return (
    <div className="grid-bar" data-region="filter" role="region" aria-label="What is shown">
      <KeysOf command="filter-grid" />
      <div className="grid-filters" role="group" aria-label="Filter">
        {filters.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === filter}
            onClick={() => {
              stores.grid.setState({ filter: name });
            }}
          >
            {name} <span className="grid-count">{standings.filter((each) => fitsFilter(each, name)).length}</span>
          </button>
        ))}
      </div>
      <label className="grid-find">
        <KeysOf command="find-on-grid" />
        <input
          ref={field}
          type="search"
          value={text}
          aria-label="Show only workstreams with this text"
          placeholder="name, title or line"
          maxLength={200}
          onChange={(event) => actions.showGrid({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== "Escape") return;
            event.preventDefault();
            if (event.key === "Escape") actions.showGrid({ text: "" });
            surfaces.get("grid")?.focus();
          }}
        />
      </label>
      <span className="grid-chosen">
        {chosen > 0 && (
          <>
            {chosen} chosen <KeysOf command="broadcast" /> tell them
          </>
        )}
      </span>
      <span className="grid-density">
        {density} <KeysOf command="denser" /> <KeysOf command="roomier" />
      </span>
    </div>
  );
}
