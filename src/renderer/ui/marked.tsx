import type { ReactNode } from "react";
import { Plain } from "./plain.tsx";
import "./marked.css";

/** Text from outside with some of its stretches marked. What acts unseen is shown by name, in a mark or out of it. */
export function Marked(props: { text: string; marks: readonly (readonly [from: number, to: number])[] }): ReactNode {
  const { text, marks } = props;
  const ends = [0, ...marks.map(([, to]) => to)];
  return (
    <>
      {marks.map(([from, to], at) => (
        <span key={from}>
          <Plain text={text.slice(ends[at], from)} />
          <mark className="found">
            <Plain text={text.slice(from, to)} />
          </mark>
        </span>
      ))}
      <Plain text={text.slice(ends.at(-1))} />
    </>
  );
}
