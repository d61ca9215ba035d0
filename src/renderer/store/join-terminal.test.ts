import { expect, it } from "vitest";
import type { TerminalFrame } from "../../contract/terminals.ts";
import type { EngineClient } from "../client.ts";
import { joinTerminal } from "./join-terminal.ts";

/** An engine whose shell opens, and takes what is typed, when the test says so. */
function stand() {
  const opened = Promise.withResolvers<{ id: string }>();
  const taken = Promise.withResolvers<void>();
  const written: string[] = [];
  const terminal = {
    open: () => opened.promise,
    async write({ text }: { text: string }) {
      written.push(text);
      await taken.promise;
      return {};
    },
    attach: (_input: unknown, { signal }: { signal: AbortSignal }) => Promise.resolve(untilLeft(signal)),
  };
  const joined = joinTerminal({
    client: { terminal } as unknown as EngineClient,
    workstreamId: "w00000001",
    known: undefined,
    grid: { cols: 80, rows: 24 },
    screen: { begin: () => {}, draw: () => {}, resize: () => {} },
    tell: () => {},
    newKey: () => "a-key-of-its-own",
  });
  return { joined, written, open: () => opened.resolve({ id: "x00000001" }), take: () => taken.resolve() };
}

/** Says nothing, and ends when it is left. */
function untilLeft(signal: AbortSignal): AsyncIterable<TerminalFrame> {
  const next = () =>
    new Promise<IteratorReturnResult<undefined>>((resolve) => {
      signal.addEventListener("abort", () => resolve({ done: true, value: undefined }));
    });
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

it("sends what was typed in order, also what still waits when the terminal is left", async () => {
  const { joined, written, open, take } = stand();
  open();
  joined.type("make");
  await expect.poll(() => written).toEqual(["make"]);
  joined.type(" all");
  joined.type("\r");
  joined.leave();
  take();
  await expect.poll(() => written).toEqual(["make", " all\r"]);
});

it("sends what was typed into a shell that was left before it had opened", async () => {
  const { joined, written, open } = stand();
  joined.type("ls\r");
  joined.leave();
  open();
  await expect.poll(() => written).toEqual(["ls\r"]);
});
