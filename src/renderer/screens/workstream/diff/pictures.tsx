import { useEffect, useState, type ReactNode } from "react";
import type { ChangedFile } from "../../../../contract/diffs.ts";
import { sizeOnDisk } from "../../../../contract/size.ts";
import { visible } from "../../../ui/visible-text.ts";

type Side = "old" | "new";
type Read = (side: Side) => Promise<{ readonly url: string } | { readonly why: string }>;

/** A picture as it was beside the picture as it is. Pictures run nothing: they are only drawn. */
export function Pictures({ file, read }: { file: ChangedFile; read: Read }): ReactNode {
  const sides: readonly Side[] =
    file.change === "added" ? ["new"] : file.change === "deleted" ? ["old"] : ["old", "new"];
  return (
    <div className="pictures">
      {sides.map((side) => (
        <Picture key={side} file={file} side={side} read={read} />
      ))}
    </div>
  );
}

const words: Readonly<Record<Side, string>> = { old: "before", new: "after" };

function Picture({ file, side, read }: { file: ChangedFile; side: Side; read: Read }): ReactNode {
  const [told, setTold] = useState<Awaited<ReturnType<Read>>>();
  const [size, setSize] = useState("");
  useEffect(() => {
    let isHere = true;
    void read(side).then((answer) => {
      if (isHere) setTold(answer);
    });
    return () => {
      isHere = false;
    };
  }, [side, read]);
  const bytes = file.sizes?.[side];
  const said = [words[side], size, bytes === undefined ? "" : sizeOnDisk(bytes)]
    .filter((word) => word !== "")
    .join(", ");
  return (
    <figure className="picture">
      {told !== undefined && "url" in told && (
        <img
          src={told.url}
          alt={`${visible(file.path)}, ${words[side]}`}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize(`${String(naturalWidth)} × ${String(naturalHeight)}`)
          }
          onError={() => setTold({ why: "It is no picture that can be drawn." })}
        />
      )}
      {told !== undefined && "why" in told && <p>{told.why}</p>}
      <figcaption>{said}</figcaption>
    </figure>
  );
}
