import { memo, useState, type ReactNode } from "react";
import type { Tokens } from "marked";
import { Chunks } from "./chunks.tsx";
import { inlineTokens, nothingRead, readMarkdown, type MarkdownBlock, type Token } from "./markdown-blocks.ts";
import "./markdown.css";
import { Code, Plain } from "./plain.tsx";
import { withoutEscapes } from "./visible-text.ts";

/** Deeper than this, text stands as it was written. */
const deepest = 8;
const mostRows = 100;
const mostCells = 20;

/**
 * What an agent or a ticket says, read as Markdown. Nothing of it is markup of this page: raw HTML stands as text, pictures are
 * not fetched, and a link is its words with its address beside them, to be read and not to be followed.
 */
export function Markdown({ text, growing = false }: { text: string; growing?: boolean }): ReactNode {
  // What was read is kept between drawings, so that only what is new is read.
  const [before, setBefore] = useState(nothingRead);
  const read = readMarkdown(before, withoutEscapes(text), growing);
  if (read !== before) setBefore(read);
  return (
    <div className="prose markdown" dir="auto">
      {read.blocks.map((block, at) => (
        <Block key={at} {...block} />
      ))}
    </div>
  );
}

const Block = memo(
  function Block({ source, token }: MarkdownBlock): ReactNode {
    if (token !== undefined) return <BlockToken token={token} depth={0} />;
    // A fence that still grows looks like one already.
    const fence = /^ {0,3}(?:`{3,}|~{3,})[^\n]*\n?/.exec(source);
    if (fence !== null) return <Fence text={source.slice(fence[0].length)} />;
    return (
      <div className="markdown-plain">
        <Chunks text={source} />
      </div>
    );
  },
  (before, after) => before.source === after.source && (before.token === undefined) === (after.token === undefined),
);

function Fence({ text }: { text: string }): ReactNode {
  return (
    <pre className="fence" tabIndex={-1}>
      <Chunks text={text} />
    </pre>
  );
}

function BlockToken({ token, depth }: { token: Token; depth: number }): ReactNode {
  if (depth > deepest) return <p>{<Plain text={token.raw} />}</p>;
  switch (token.type) {
    case "space":
      return null;
    // Not headings of this page: what an author writes does not reach into its outline.
    case "heading":
      return (
        <p className="markdown-heading" data-depth={(token as Tokens.Heading).depth}>
          <Inline text={(token as Tokens.Heading).text} />
        </p>
      );
    case "code":
      return <Fence text={(token as Tokens.Code).text} />;
    case "list":
      return <List list={token as Tokens.List} depth={depth} />;
    case "blockquote":
      return (
        <blockquote>
          <BlockTokens tokens={(token as Tokens.Blockquote).tokens} depth={depth + 1} />
        </blockquote>
      );
    case "table":
      return <Table table={token as Tokens.Table} />;
    case "hr":
      return <hr />;
    case "paragraph":
      return (
        <p>
          <Inline text={(token as Tokens.Paragraph).text} />
        </p>
      );
    case "text":
      return <Inline text={(token as Tokens.Text).text} />;
    default:
      return (
        <p>
          <Plain text={token.raw} />
        </p>
      );
  }
}

function BlockTokens({ tokens, depth }: { tokens: readonly Token[]; depth: number }): ReactNode {
  return tokens.map((token, at) => <BlockToken key={at} token={token} depth={depth} />);
}

function List({ list, depth }: { list: Tokens.List; depth: number }): ReactNode {
  const items = list.items.map((item, at) => (
    <li key={at} data-task={item.task}>
      {item.task && (
        <span aria-label={item.checked === true ? "done" : "not done"}>{item.checked === true ? "☑ " : "☐ "}</span>
      )}
      <BlockTokens tokens={item.tokens.filter(({ type }) => type !== "checkbox")} depth={depth + 1} />
    </li>
  ));
  if (!list.ordered) return <ul>{items}</ul>;
  const start = typeof list.start === "number" && list.start < 1_000_000 ? list.start : 1;
  return <ol start={start}>{items}</ol>;
}

function Table({ table }: { table: Tokens.Table }): ReactNode {
  const rows = table.rows.slice(0, mostRows);
  return (
    <div className="markdown-table" tabIndex={-1}>
      <table>
        <thead>
          <tr>
            {table.header.slice(0, mostCells).map((cell, at) => (
              <th key={at} scope="col">
                <Inline text={cell.text} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.slice(0, mostCells).map((cell, at) => (
                <td key={at}>
                  <Inline text={cell.text} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > mostRows && <p className="cut">{table.rows.length - mostRows} more rows are not shown.</p>}
    </div>
  );
}

/** The text within a block; read when it is drawn. */
function Inline({ text }: { text: string }): ReactNode {
  return <InlineTokens tokens={inlineTokens(text)} depth={0} />;
}

function InlineTokens({ tokens, depth }: { tokens: readonly Token[]; depth: number }): ReactNode {
  return tokens.map((token, at) => <InlineToken key={at} token={token} depth={depth} />);
}

function InlineToken({ token, depth }: { token: Token; depth: number }): ReactNode {
  if (depth > deepest) return <Plain text={token.raw} />;
  const within = <InlineTokens tokens={("tokens" in token ? token.tokens : undefined) ?? []} depth={depth + 1} />;
  switch (token.type) {
    case "strong":
      return <strong>{within}</strong>;
    case "em":
      return <em>{within}</em>;
    case "del":
      return <del>{within}</del>;
    case "codespan":
      return <Code text={(token as Tokens.Codespan).text} />;
    case "br":
      return "\n";
    case "escape":
      return <Plain text={(token as Tokens.Escape).text} />;
    case "link": {
      const { href, text } = token as Tokens.Link;
      if (text === href || `mailto:${text}` === href) return <Address of={href} />;
      return (
        <>
          {within} (<Address of={href} />)
        </>
      );
    }
    case "image": {
      const { href, text } = token as Tokens.Image;
      return (
        <>
          [picture: <Plain text={text} />] (<Address of={href} />)
        </>
      );
    }
    default:
      return <Plain text={token.raw} />;
  }
}

/** Where a link leads, in the order of its characters. */
function Address({ of }: { of: string }): ReactNode {
  return (
    <span className="markdown-address" dir="ltr">
      <Plain text={of} />
    </span>
  );
}
