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
  /** Told when somebody has come nearer, has gone, or is no longer waited for. */
  readonly changed: () => void;
  /** Calls back once after so many milliseconds. Returns its undo. */
  readonly later: (ms: number, call: () => void) => () => void;
}

/** Output is gathered for this long, in milliseconds: a frame for each of a program's small writes would cost more than they do. */
const gatherMs = 8;
/** How long a program waits for a reader that draws nothing, in milliseconds. */
const patienceMs = 2_000;

interface Reader {
  /** Up to where it has drawn. */
  at: number;
  /** It fell behind and is told nothing, until it has drawn all it was told: then it begins from a new screen. */
  lost: boolean;
  /** Up to where it was told. */
  told: number;
}

export function createReaders({ told, snapshot, changed, later }: ReadersDeps): Readers {
  const readers = new Map<number, Reader>();
  let offset = 0;
  let gathered: string[] = [];
  let gathering: (() => void) | undefined;
  let losing: (() => void) | undefined;

  function flush(): void {
    gathering?.();
    gathering = undefined;
    const text = gathered.join("");
    gathered = [];
    if (text !== "") tell({ kind: "output", at: offset, text });
  }

  function tell(frame: TerminalFrame): void {
    for (const [id, reader] of readers) {
      if (reader.lost) continue;
      reader.told = offset;
      told(id, frame);
    }
  }

  function begin(id: number): void {
    flush();
    readers.set(id, { at: offset, told: offset, lost: false });
    told(id, { kind: "snapshot", reader: id, at: offset, ...snapshot() });
  }

  const far = (reader: Reader, most: number) => !reader.lost && offset - reader.at > most;

  /** Nobody is waited for longer than this. */
  function lose(): void {
    losing = undefined;
    for (const reader of readers.values()) if (far(reader, terminalCredit.low)) reader.lost = true;
    changed();
  }

  function hurry(): void {
    losing?.();
    losing = undefined;
  }

  return {
    add: begin,
    remove(id) {
      readers.delete(id);
      changed();
    },
    ack(id, at) {
      const reader = readers.get(id);
      if (reader === undefined || at < reader.at || at > reader.told) return;
      reader.at = at;
      hurry();
      if (reader.lost && at === reader.told) begin(id);
      changed();
    },
    put(text) {
      offset += text.length;
      if (readers.size === 0) return;
      gathered.push(text);
      gathering ??= later(gatherMs, flush);
    },
    resized(grid) {
      flush();
      tell({ kind: "resized", ...grid });
    },
    end(frame) {
      flush();
      for (const id of readers.keys()) told(id, frame);
      readers.clear();
      hurry();
    },
    behind(waits) {
      const most = waits ? terminalCredit.low : terminalCredit.high;
      const isBehind = [...readers.values()].some((reader) => far(reader, most));
      if (isBehind) losing ??= later(patienceMs, lose);
      else hurry();
      return isBehind;
    },
  };
}
