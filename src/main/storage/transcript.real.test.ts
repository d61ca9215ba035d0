import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { enveloped, localStorage, temporaryFolder, upserted, workstreamId } from "./test-stand.ts";

let folder: string;
let remove: () => void;

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

const id = workstreamId(1);

describe("a transcript of 100,000 items", () => {
  it("is paged at any place, and searched slice by slice to the last", () => {
    const storage = localStorage(folder);
    const many = 100_000;
    for (let first = 1; first <= many; first += 5_000) {
      const events = Array.from({ length: 5_000 }, (_, at) =>
        upserted(
          1,
          first + at,
          first + at === 4_711 ? "The Needle, “here”\nfound" : `said ${String(first + at)} `.repeat(20),
        ),
      );
      unwrap(storage.ask("commit", enveloped(events, first - 1), []));
    }
    const ordinals = (place: { before: number } | { after: number } | { around: number } | undefined) =>
      unwrap(storage.ask("items", id, place, 200)).items.map(({ ordinal }) => ordinal);
    const slowest = { page: 0, find: 0 };
    const timed = <T>(of: "page" | "find", run: () => T): T => {
      const begun = performance.now();
      const value = run();
      slowest[of] = Math.max(slowest[of], performance.now() - begun);
      return value;
    };
    for (const ordinal of [1, 2, 4_711, 50_000, 99_950, many]) {
      const around = timed("page", () => ordinals({ around: ordinal }));
      expect(around).toContain(ordinal);
      expect((around[0] ?? 0) % 50).toBe(1);
      expect(timed("page", () => ordinals({ before: ordinal }))).toHaveLength(Math.min(200, ordinal - 1));
      expect(timed("page", () => ordinals({ after: ordinal }))).toHaveLength(Math.min(200, many - ordinal));
    }
    expect(unwrap(storage.ask("items", id, { after: 99_800 }, 200))).toMatchObject({
      more: true,
      newer: false,
      last: many,
    });
    for (const text of ["needle, “HERE”", "here”\nfound"]) {
      let from = many + 1;
      let found: number | undefined;
      for (let calls = 0; found === undefined && calls < 120; calls += 1) {
        const told = timed("find", () => unwrap(storage.ask("findIn", id, text, from, "older")));
        ({ found, to: from } = told);
        if (told.done) break;
      }
      expect(found).toBe(4_711);
    }
    expect(unwrap(storage.ask("findIn", id, "needle", 4_711, "newer"))).toEqual({ to: 5_711, done: false });
    process.stdout.write(`slowest page ${slowest.page.toFixed(1)} ms, slowest slice ${slowest.find.toFixed(1)} ms\n`);
    storage.close();
  }, 60_000);
});
