import { useEffect, useRef, type ReactNode } from "react";
import type { Mention } from "../../contract/mentions.ts";
import { Name, Plain } from "./plain.tsx";
import type { Offer } from "./use-mentions.ts";

export const optionId = (list: string, at: number): string => `${list}-${String(at)}`;

/** What may be meant; the field above which it stands keeps the focus. */
export function MentionList(props: { id: string; offer: Offer; onChoose: (mention: Mention) => void }): ReactNode {
  const { id, offer, onChoose } = props;
  const { found, chosen, partial, trigger } = offer;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen, found]);
  const name = trigger.what === "file" ? "Files" : "Definitions";
  return (
    <div className="mentions">
      <ul ref={list} id={id} role="listbox" aria-label={name}>
        {found.map((mention, at) => (
          <li
            key={`${mention.path}:${String(mention.line)}:${mention.name ?? ""}`}
            id={optionId(id, at)}
            role="option"
            aria-selected={at === chosen}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(mention)}
          >
            {mention.name !== undefined && (
              <strong>
                <Plain text={mention.name} />
              </strong>
            )}
            <Name text={mention.line === undefined ? mention.path : `${mention.path}:${String(mention.line)}`} />
            {mention.changed && <span className="mention-changed">changed here</span>}
          </li>
        ))}
      </ul>
      {partial && <p className="mention-partial">There may be more: type more letters.</p>}
      <p className="unseen" role="status">
        {found.length} {name.toLowerCase()}
      </p>
    </div>
  );
}
