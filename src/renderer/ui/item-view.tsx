import {
  Brain,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleX,
  FilePen,
  Info,
  LoaderCircle,
  Wrench,
} from "lucide-react";
import { memo, useSyncExternalStore, type ReactNode } from "react";
import { itemTextLimit, type Item, type ItemBody } from "../../contract/items.ts";
import { Chunks } from "./chunks.tsx";
import { Markdown } from "./markdown.tsx";
import { Command, Name, Plain } from "./plain.tsx";
import "./item-view.css";

export interface ItemViewProps {
  readonly item: Item;
  readonly open: boolean;
  /** Whether it is the last one of a running turn. */
  readonly live: boolean;
  /** What was streamed for items since they were told whole. */
  readonly streams: ItemStreams;
  readonly took: (ms: number) => string;
  readonly onToggle: () => void;
}

export interface ItemStreams {
  text(id: string): string;
  subscribe(id: string, tell: () => void): () => void;
}

type ShownProps = Omit<ItemViewProps, "streams">;

/** One thing that happened in a thread. One that has not ended is drawn again by itself as text streams into it. */
export const ItemView = memo(function ItemView({ streams, ...props }: ItemViewProps): ReactNode {
  return props.item.endedAt === undefined ? <Growing streams={streams} {...props} /> : <Shown {...props} />;
});

function Growing({ streams, item, ...props }: ItemViewProps): ReactNode {
  const { id } = item;
  const streamed = useSyncExternalStore(
    (tell) => streams.subscribe(id, tell),
    () => streams.text(id),
  );
  return <Shown {...props} item={streamed === "" ? item : { ...item, body: grown(item.body, streamed) }} />;
}

function grown(body: ItemBody, text: string): ItemBody {
  switch (body.kind) {
    case "message":
    case "reasoning":
      return { ...body, text: (body.text + text).slice(0, itemTextLimit) };
    case "command":
      return { ...body, output: (body.output + text).slice(-itemTextLimit) };
    case "tool":
      return { ...body, result: (body.result + text).slice(0, itemTextLimit) };
    case "words":
    case "edit":
    case "notice":
      return body;
  }
}

/** One thing that happened in a thread. What was done is folded to one line; what was said stands in full. */
function Shown(props: ShownProps): ReactNode {
  const { item } = props;
  const { body } = item;
  switch (body.kind) {
    case "words":
      return (
        <div className="words" data-from={body.from}>
          <span className="words-from">{body.from === "human" ? "you" : "coxswain"}</span>
          <Markdown text={body.text} />
        </div>
      );
    case "message":
      return (
        <div className="message" data-live={props.live}>
          <Markdown text={body.text} growing={props.live && item.endedAt === undefined} />
          {item.truncated === true && <Cut />}
        </div>
      );
    case "notice":
      return <Notice level={body.level} text={body.text} />;
    case "reasoning":
    case "command":
    case "edit":
    case "tool":
      return <Fold {...props} body={body} />;
  }
}

type Folded = Extract<ItemBody, { kind: "reasoning" | "command" | "edit" | "tool" }>;

function Fold({ item, body, open, live, took, onToggle }: ShownProps & { body: Folded }): ReactNode {
  const running = body.kind !== "reasoning" && body.status === "running";
  return (
    <div className="fold" data-kind={body.kind} data-status={body.kind === "reasoning" ? "completed" : body.status}>
      <button type="button" className="fold-head" aria-expanded={open} onClick={onToggle}>
        <ChevronRight aria-hidden className="fold-turn" size={12} />
        <FoldIcon body={body} />
        <span className="fold-what">
          <FoldTitle body={body} />
        </span>
        <span className="fold-end">{foldEnd(body, took)}</span>
      </button>
      {open ? (
        <FoldBody body={body} />
      ) : (
        running && body.kind === "command" && <LiveTail output={body.output} live={live} />
      )}
      {open && item.truncated === true && <Cut />}
    </div>
  );
}

function FoldIcon({ body }: { body: Folded }): ReactNode {
  if (body.kind === "reasoning") return <Brain aria-hidden className="fold-icon" size={13} />;
  if (body.status === "running")
    return <LoaderCircle aria-label="running" className="fold-icon fold-running" size={13} />;
  if (body.status === "failed") return <CircleX aria-label="failed" className="fold-icon fold-failed" size={13} />;
  if (body.status === "declined")
    return <CircleX aria-label="declined" className="fold-icon fold-declined" size={13} />;
  if (body.kind === "edit") return <FilePen aria-label="edited" className="fold-icon" size={13} />;
  if (body.kind === "tool") return <Wrench aria-label="called" className="fold-icon" size={13} />;
  return <CircleCheck aria-label="done" className="fold-icon" size={13} />;
}

function FoldTitle({ body }: { body: Folded }): ReactNode {
  switch (body.kind) {
    case "reasoning":
      return <Plain text={firstLine(body.text)} />;
    case "command":
      return <Command text={firstLine(body.command)} />;
    case "tool":
      return <Command text={`${body.tool} ${firstLine(body.arguments)}`} />;
    case "edit":
      return (
        <>
          <Name text={body.files[0]?.path ?? "nothing"} />
          {body.files.length > 1 && <span className="fold-more"> and {body.files.length - 1} more</span>}
        </>
      );
  }
}

function FoldBody({ body }: { body: Folded }): ReactNode {
  switch (body.kind) {
    case "reasoning":
      return (
        <div className="fold-prose">
          <Markdown text={body.text} />
        </div>
      );
    case "command":
      return (
        <div className="fold-body">
          <p className="fold-place">
            <Command text={body.command} />
          </p>
          <p className="fold-place fold-folder">
            in <Name text={body.folder} />
          </p>
          <Output text={body.output} />
        </div>
      );
    case "tool":
      return (
        <div className="fold-body">
          <Output text={body.arguments} />
          <Output text={body.result} />
        </div>
      );
    case "edit":
      return (
        <ul className="fold-body">
          {body.files.map((file) => (
            <li key={file.path} className="fold-file">
              <span>{file.change}</span> <Name text={file.path} />
            </li>
          ))}
        </ul>
      );
  }
}

function Output({ text }: { text: string }): ReactNode {
  if (text === "") return <p className="fold-folder">no output</p>;
  return (
    <pre className="output" tabIndex={0} aria-label="output" role="region">
      <Chunks text={text} />
    </pre>
  );
}

/** The last lines of what a running command prints. Its height is fixed, so that streaming moves nothing. */
function LiveTail({ output, live }: { output: string; live: boolean }): ReactNode {
  if (!live || output === "") return null;
  return (
    <pre className="live-tail">
      <Plain text={output.slice(-1_000).trimEnd().split("\n").slice(-3).join("\n")} />
    </pre>
  );
}

function Cut(): ReactNode {
  return <p className="cut">Cut: it was longer than what is kept.</p>;
}

function Notice({ level, text }: { level: "info" | "warning" | "error"; text: string }): ReactNode {
  const Icon = level === "info" ? Info : CircleAlert;
  return (
    <p className="notice-item" data-level={level}>
      <Icon aria-label={level} size={13} />
      <span>
        <Plain text={text} />
      </span>
    </p>
  );
}

function foldEnd(body: Folded, took: (ms: number) => string): string {
  if (body.kind !== "command") return "";
  const parts = [];
  if (body.exitCode !== undefined && body.exitCode !== 0) parts.push(`exit ${String(body.exitCode)}`);
  if (body.durationMs !== undefined && body.durationMs >= 50) parts.push(took(body.durationMs));
  return parts.join(" · ");
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return (end === -1 ? text : text.slice(0, end)).slice(0, 400);
}
