import { useEffect, useRef, type ReactNode } from "react";
import { openFound } from "../../keys/on-search.ts";
import { useApp, useEngine, useSearch } from "../../store/app.ts";
import { searchRows } from "../../store/search-store.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain, WithCode } from "../../ui/plain.tsx";
import { Context } from "./context.tsx";
import { Results } from "./results.tsx";
import "./search-screen.css";

/** How long a pause in typing is taken for the end of a thought, in milliseconds. */
const pauseMs = 70;

/** Everything that was said, done, asked and noted, found by typing. */
export function SearchScreen(): ReactNode {
  const peek = useSearch((state) => state.peek);
  const rows = useSearch(searchRowsOf);
  const at = useSearch((state) => state.at);
  const row = rows[at];
  useLooking();
  return (
    <main className="search-screen">
      <h1 className="unseen">Search</h1>
      <Field />
      <div className="search-body" data-peek={peek && row?.kind === "hit"}>
        <section className="search-found" aria-label="What was found">
          <Standing />
          {rows.length === 0 ? <Nothing /> : <Results rows={rows} at={at} />}
        </section>
        {peek && row?.kind === "hit" && <Context key={row.id} hit={row.hit} workstream={row.workstream} />}
      </div>
    </main>
  );
}

/** The same rows for the same state, so that nothing is drawn again for other changes. */
const searchRowsOf = (() => {
  let last: Parameters<typeof searchRows>[0] | undefined;
  let rows: ReturnType<typeof searchRows> = [];
  return (state: Parameters<typeof searchRows>[0]) => {
    if (state.text !== last?.text || state.found !== last.found || state.recent !== last.recent) {
      last = state;
      rows = searchRows(state);
    }
    return rows;
  };
})();

/** Looks for what stands in the field, and again when the engine is back. */
function useLooking(): void {
  const { actions } = useApp();
  const text = useSearch((state) => state.text);
  const order = useSearch((state) => state.order);
  const open = useEngine((state) => state.link.kind === "open");
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(() => void actions.look(), pauseMs);
    return () => clearTimeout(timer);
  }, [actions, text, order, open]);
}

function Field(): ReactNode {
  const app = useApp();
  const { actions, surfaces } = app;
  const text = useSearch((state) => state.text);
  const order = useSearch((state) => state.order);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (): void => {
      field.current?.focus();
      field.current?.select();
    };
    focus();
    return surfaces.add("search", { focus });
  }, [surfaces]);
  return (
    <div className="search-field" role="search" data-region>
      <input
        ref={field}
        type="text"
        aria-label="Search all that was said, done, asked and noted"
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={text}
        placeholder={'Words, "phrases", -without, in:12, kind:command, from:human, since:yesterday'}
        onChange={(event) => actions.findText(event.target.value)}
        onKeyDown={(event) => {
          const step = { ArrowDown: true, Enter: true }[event.key];
          if (step === undefined || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (event.key === "Enter") openFound(app);
          else document.getElementById("search-results")?.focus();
        }}
      />
      <VerbButton
        label={order === "best" ? "Best first" : "Newest first"}
        command="order-found"
        onPress={() => actions.orderFound(order === "best" ? "newest" : "best")}
      />
    </div>
  );
}

/** How much was found, and all that should be known of it before it is believed. */
function Standing(): ReactNode {
  const { actions } = useApp();
  const found = useSearch((state) => state.found);
  const text = useSearch((state) => state.text);
  const problem = useSearch((state) => state.problem);
  const busy = useSearch((state) => state.busy);
  const open = useEngine((state) => state.link.kind === "open");
  if (problem !== undefined) {
    return (
      <div className="search-problem" role="alert">
        <p>
          <WithCode text={`${problem.message} ${problem.next}`} />
        </p>
        <VerbButton label="Search again" onPress={() => void actions.look()} />
      </div>
    );
  }
  if (text.trim() === "") return null;
  const answer = found?.answer;
  const isOld = found !== undefined && found.text !== text;
  return (
    <div className="search-standing" role="status" aria-busy={busy}>
      <p>
        {answer !== undefined && countWords(answer.total, answer.workstreams.length, answer.partial)}
        {!open && (isOld || answer === undefined) && " It is searched when the engine is back."}
        {open && answer === undefined && "Searching…"}
      </p>
      {answer?.ignored.map((each) => (
        <p key={each} className="search-ignored">
          Left out <Plain text={each} />
        </p>
      ))}
      {answer?.partial === true && <p className="search-ignored">Only the newest were looked at: say more.</p>}
      {answer !== undefined && answer.pending > 0 && (
        <p className="search-ignored">About {answer.pending} older texts are still being indexed.</p>
      )}
    </div>
  );
}

function countWords(total: number, workstreams: number, partial: boolean): string {
  if (total === 0) return "";
  const found = `${total.toLocaleString("en")}${partial ? "+" : ""} found`;
  return `${found} in ${String(workstreams)} ${workstreams === 1 ? "workstream" : "workstreams"}`;
}

const ways: readonly (readonly [typed: string, finds: string])[] = [
  ["retry payments", "texts with both words, or words that begin like them"],
  ['"keep alive" -draft', "a phrase as it is; a word that must not be there"],
  ["foo_bar() src/a.ts", "code and paths"],
  ["in:12 project:shop", "in one workstream, by number or name; in one project"],
  ["kind:command", "words, message, reasoning, command, edit, tool, notice, note, ticket, request, review"],
  ["from:human", "human, agent or engine"],
  ["since:yesterday", "today, 3h, 2d, 1w or 2026-11-19; and before:"],
];

function Nothing(): ReactNode {
  const text = useSearch((state) => state.text);
  const found = useSearch((state) => state.found);
  const busy = useSearch((state) => state.busy);
  const problem = useSearch((state) => state.problem);
  const isEmpty = text.trim() === "";
  if (!isEmpty && (found === undefined || busy || problem !== undefined)) return null;
  return (
    <div className="search-nothing">
      {isEmpty ? (
        <p>Type to find what was said, done, asked and noted, in what was put away too.</p>
      ) : (
        <p>
          <strong>
            Nothing was found for <Plain text={text.trim()} />.
          </strong>{" "}
          Try fewer words, the beginning of one, or no filter.
        </p>
      )}
      <dl>
        {ways.map(([typed, finds]) => (
          <div key={typed}>
            <dt>
              <code>{typed}</code>
            </dt>
            <dd>{finds}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
