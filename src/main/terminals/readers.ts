import { terminalCredit, type TerminalFrame, type TerminalGrid } from "../../contract/terminals.ts";

/** Those who watch one terminal, each as far as it has come. */
export interface Readers {
  add(reader: number): void;
  remove(reader: number): void;
  ack(reader: number, at: number): void;
  /** The next part of the output, now that the screen has it. */
  put(text: string): void;
  resized(grid: TerminalGrid): void;
  end(frame: Extract<TerminalFrame, { kind: "ended" }>): void;
  /** Whether somebody is too far behind for the program to go on; once it waits, until everybody is near. */
  behind(waits: boolean): boolean;
}

export interface ReadersDeps {
  readonly told: (reader: number, frame: TerminalFrame) => void;
  readonly snapshot: () => TerminalGrid & { readonly screen: string };
  /** Told when somebody has come nearer, or has gone. */
  readonly changed: () => void;
}

/** Output goes on once it was quiet for this long, in milliseconds: a frame for each of a program's many small writes would cost more than they. */
const gatherMs = 8;

export function createReaders({ told, snapshot, changed }: ReadersDeps): Readers {
  const acknowledged = new Map<number, number>();
  let offset = 0;
  let gathered: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = gathered.join("");
    gathered = [];
    if (text === "") return;
    for (const reader of acknowledged.keys()) told(reader, { kind: "output", at: offset, text });
  }

  return {
    add(reader) {
      flush();
      acknowledged.set(reader, offset);
      told(reader, { kind: "snapshot", reader, at: offset, ...snapshot() });
    },
    remove(reader) {
      acknowledged.delete(reader);
      changed();
    },
    ack(reader, at) {
      const before = acknowledged.get(reader);
      if (before === undefined || at < before || at > offset) return;
      acknowledged.set(reader, at);
      changed();
    },
    put(text) {
      offset += text.length;
      if (acknowledged.size === 0) return;
      gathered.push(text);
      timer ??= setTimeout(flush, gatherMs);
    },
    resized(grid) {
      flush();
      for (const reader of acknowledged.keys()) told(reader, { kind: "resized", ...grid });
    },
    end(frame) {
      flush();
      for (const reader of acknowledged.keys()) told(reader, frame);
      acknowledged.clear();
    },
    behind(waits) {
      const most = waits ? terminalCredit.low : terminalCredit.high;
      return [...acknowledged.values()].some((at) => offset - at > most);
    },
  };
}
