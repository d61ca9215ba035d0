import { useEffect, type ReactNode } from "react";
import type { Item } from "../../../contract/items.ts";
import type { SearchHit } from "../../../contract/search.ts";
import { useApp, useEngine, useSearch } from "../../store/app.ts";
import { clock, dayAndClock } from "../../store/format.ts";
import { hitKey } from "../../store/search-store.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { Command, Plain, WithCode } from "../../ui/plain.tsx";

/** Longest text of one item that is shown here, in characters; the transcript has it whole. */
const longest = 1_500;

/** What stands around a hit. */
export function Context(props: { hit: SearchHit; workstream: { number: number; name: string } }): ReactNode {
  const { hit, workstream } = props;
  const { actions } = useApp();
  const context = useSearch((state) => state.contexts[hitKey(hit)]);
  const open = useEngine((state) => state.link.kind === "open");
  useEffect(() => {
    if (open) void actions.readAround(hit);
  }, [actions, hit, open]);
  return (
    <aside className="search-context" aria-label="What stands around it" data-region tabIndex={0}>
      <h2>
        {workstream.number}{" "}
        <bdi>
          <Plain text={workstream.name} />
        </bdi>
        <span className="search-context-at">{dayAndClock(hit.at)}</span>
      </h2>
      {context === undefined || context.kind === "busy" ? (
        <p className="search-context-quiet">{open ? "Reading…" : "It is read when the engine is back."}</p>
      ) : context.kind === "problem" ? (
        <p role="alert">
          <WithCode text={`${context.problem.message} ${context.problem.next}`} />
        </p>
      ) : context.kind === "ticket" ? (
        <div className="search-context-item" data-hit="true">
          <strong>
            <Plain text={context.title} />
          </strong>
          <Markdown text={cut(context.body)} />
        </div>
      ) : (
        <Around items={context.items} hit={hit} />
      )}
    </aside>
  );
}

function Around({ items, hit }: { items: readonly Item[]; hit: SearchHit }): ReactNode {
  return (
    <>
      {items.map((item) => (
        <div key={item.id} className="search-context-item" data-hit={item.id === hit.itemId} ref={showHit}>
          <p className="search-context-who">
            {whoOf(item)} <span>{clock(item.at)}</span>
          </p>
          <Body item={item} />
        </div>
      ))}
      {hit.itemId === undefined && (
        <div className="search-context-item" data-hit="true" ref={showHit}>
          <p className="search-context-who">
            {hit.kind} <span>{clock(hit.at)}</span>
          </p>
          <Plain text={hit.excerpt} />
        </div>
      )}
    </>
  );
}

function showHit(element: HTMLDivElement | null): void {
  if (element?.dataset["hit"] === "true") element.scrollIntoView({ block: "center" });
}

function whoOf({ body }: Item): string {
  if (body.kind === "words") return body.from === "human" ? "you" : "coxswain";
  return body.kind;
}

function Body({ item: { body } }: { item: Item }): ReactNode {
  switch (body.kind) {
    case "command":
      return (
        <>
          <Command text={cut(body.command)} />
          <pre className="search-context-output">
            <Plain text={cut(body.output)} />
          </pre>
        </>
      );
    case "edit":
      return <Command text={cut(body.files.map(({ path }) => path).join("\n"))} />;
    case "tool":
      return <Plain text={cut(`${body.tool} ${body.arguments}\n${body.result}`)} />;
    default:
      return <Markdown text={cut(body.text)} />;
  }
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
