import type { TerminalId, WorkstreamId } from "../../contract/ids.ts";
import { maxTyped, type TerminalFrame, type TerminalGrid } from "../../contract/terminals.ts";
import { problemOfCall, wasAnswered, type EngineClient } from "../client.ts";
import type { TerminalState } from "./stores.ts";

/** What shows a terminal. */
export interface TerminalScreen {
  /** Begins anew with what the engine has of it. */
  begin(grid: TerminalGrid, screen: string): void;
  /** `drawn` is called once the text is part of the screen. */
  draw(text: string, drawn: () => void): void;
  resize(grid: TerminalGrid): void;
}

export interface JoinedTerminal {
  type(text: string): void;
  resize(grid: TerminalGrid): void;
  leave(): void;
}

export interface JoinDeps {
  readonly client: EngineClient;
  readonly workstreamId: WorkstreamId;
  /** The terminal that was shown before the connection broke: another is not opened in its place. */
  readonly known: TerminalId | undefined;
  readonly grid: TerminalGrid;
  readonly screen: TerminalScreen;
  readonly tell: (state: TerminalState) => void;
  readonly newKey: () => string;
}

/** What was drawn is acknowledged in steps of this many characters, and when nothing comes for a moment. */
const ackStep = 50_000;
const ackAfterMs = 200;
/** What may be typed or pasted ahead of the engine, in characters. */
const mostTypedAhead = 2_000_000;

/** Shows a workstream's terminal, and opens one when there is none, until it is left, ends or the connection breaks. */
export function joinTerminal({ client, workstreamId, known, grid, screen, tell, newKey }: JoinDeps): JoinedTerminal {
  const left = new AbortController();
  let id: TerminalId | undefined;
  let size = grid;
  let typed = "";
  let typing = false;

  async function find(): Promise<TerminalId | undefined> {
    if (known === undefined) {
      const terminal = await client.terminal.open({ workstreamId, ...size, commandKey: newKey() });
      tell({ kind: "live", terminal });
      return terminal.id;
    }
    const terminal = (await client.terminal.list({ workstreamId })).find((each) => each.id === known);
    tell(terminal === undefined ? { kind: "ended", why: "engine" } : { kind: "live", terminal });
    return terminal?.id;
  }

  async function follow(): Promise<void> {
    const { signal } = left;
    id = await find();
    if (id === undefined) return;
    // What was typed while it was being opened, whether anybody still looks or not.
    void send();
    if (signal.aborted) return;
    const acknowledge = createAcknowledging(client, id);
    for await (const frame of await client.terminal.attach({ terminalId: id }, { signal })) {
      take(frame, acknowledge);
    }
  }

  function take(frame: TerminalFrame, acknowledge: Acknowledging): void {
    if (frame.kind === "snapshot") {
      acknowledge.begin(frame.reader, frame.at);
      screen.begin(frame, frame.screen);
      resize(size);
    } else if (frame.kind === "output") screen.draw(frame.text, () => acknowledge.drawn(frame.at));
    else if (frame.kind === "resized") screen.resize(frame);
    else tell(frame);
  }

  function resize(wanted: TerminalGrid): void {
    size = wanted;
    if (id === undefined) return;
    const { cols, rows } = wanted;
    client.terminal.resize({ terminalId: id, cols, rows }).catch(() => undefined);
  }

  /** One call at a time keeps what was typed in order. Whoever leaves has typed it all the same. */
  async function send(): Promise<void> {
    if (typing || id === undefined) return;
    typing = true;
    try {
      while (typed !== "") {
        const text = typed.slice(0, maxTyped);
        typed = typed.slice(text.length);
        await client.terminal.write({ terminalId: id, text });
      }
    } catch {
      // Its end, or that of the connection, is told where it is shown.
      typed = "";
    } finally {
      typing = false;
    }
  }

  follow().catch((thrown: unknown) => {
    // A connection that broke is opened again, and the terminal found again.
    if (!left.signal.aborted && wasAnswered(thrown)) tell({ kind: "refused", problem: problemOfCall(thrown) });
  });
  return {
    type(text) {
      if (typed.length + text.length <= mostTypedAhead) typed += text;
      void send();
    },
    resize,
    leave: () => left.abort(),
  };
}

interface Acknowledging {
  begin(reader: number, at: number): void;
  drawn(at: number): void;
}

function createAcknowledging(client: EngineClient, terminalId: TerminalId): Acknowledging {
  let reader = 0;
  let told = 0;
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    clearTimeout(timer);
    timer = undefined;
    if (newest === told) return;
    told = newest;
    client.terminal.ack({ terminalId, reader, at: told }).catch(() => undefined);
  }

  return {
    begin(given, at) {
      reader = given;
      told = at;
      newest = at;
    },
    drawn(at) {
      newest = at;
      if (newest - told >= ackStep) tell();
      else timer ??= setTimeout(tell, ackAfterMs);
    },
  };
}
