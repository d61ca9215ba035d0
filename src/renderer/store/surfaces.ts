/** What the parts on screen can be told to do by a key; a part registers when it appears and leaves when it goes. */
export interface SurfaceTable {
  readonly queue: { focus(): void; /** Whether only one of list and peek has room. */ isNarrow(): boolean };
  readonly grid: { move(direction: "left" | "right" | "up" | "down"): void; focus(): void };
  readonly transcript: {
    move(by: 1 | -1): void;
    turn(by: 1 | -1): void;
    toggle(): void;
    toEnd(): void;
    /** Opens the field that looks for a text in it. */
    find(): void;
    /** What is under the cursor, as text. */
    text(): string | undefined;
    older(): void;
  };
  readonly diff: {
    change(by: 1 | -1): void;
    /** To the next file that was not viewed whole. */
    file(by: 1 | -1): void;
    line(by: 1 | -1): void;
    extend(by: 1 | -1): void;
    /** Folds or unfolds the file of the cursor. */
    fold(): void;
    /** Shows more lines around the cursor's hunk. */
    expand(): void;
    /** To the first change of a file. */
    show(path: string): void;
    showNewer(): void;
  };
  readonly terminal: { focus(): void; renew(): void };
  readonly review: {
    /** Begins a comment on the selected lines. */
    comment(): void;
    /** Keeps the comment, or sends the reply, that is being written. */
    keep(): void;
    drop(): void;
    quote(): void;
    /** To the next thread or comment. */
    step(by: 1 | -1): void;
    reply(): void;
    resolve(): void;
    view(): void;
    viewFile(): void;
  };
  readonly composer: { focus(): void };
  readonly ask: { readonly isQuestion: boolean; focus(): void; reply(): void };
  readonly between: { change(by: 1 | -1): void };
  readonly search: { focus(): void };
  readonly settings: { move(by: 1 | -1): void; find(): void; findKey(): void; reset(): void; focus(): void };
  readonly steer: { focus(): void };
  readonly filter: { focus(): void };
}

export interface Surfaces {
  /** Registers a part; the returned function takes it out again. */
  add<K extends keyof SurfaceTable>(name: K, surface: SurfaceTable[K]): () => void;
  get<K extends keyof SurfaceTable>(name: K): SurfaceTable[K] | undefined;
}

export function createSurfaces(): Surfaces {
  const table: { [K in keyof SurfaceTable]?: SurfaceTable[K] } = {};
  return {
    add(name, surface) {
      table[name] = surface;
      return () => {
        if (table[name] === surface) delete table[name];
      };
    },
    get: (name) => table[name],
  };
}
