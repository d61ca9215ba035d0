import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bubblewrapArgs } from "./bubblewrap.ts";
import type { Confines } from "./confines.ts";
import { contains, layOut } from "./layout.ts";
import { seatbeltProfile } from "./seatbelt.ts";
import { isFiltered, seccompFilter } from "./seccomp.ts";

const confines: Confines = {
  worktree: "/u/.coxswain/worktrees/p/one",
  writable: ["/u/.coxswain/tmp/w", "/u/code/.git/objects"],
  readOnly: ["/u/code/.git/objects/pack"],
  readable: ["/u/code", "/u/.coxswain/demo"],
  network: "none",
};
const hidden = ["/u/.ssh", "/u/.coxswain"];

/** What holds for a path: the last place laid that contains it. */
function accessTo(where: string, places: ReturnType<typeof layOut>): string {
  return places.findLast((place) => contains(place.path, where))?.access ?? "read";
}

describe("the places of a command", () => {
  const places = layOut(confines, { hidden, fresh: ["/tmp"] });

  it.each([
    ["/u/.ssh/id", "hidden"],
    ["/u/.coxswain/capability", "hidden"],
    ["/u/.coxswain/worktrees/p/two/x", "hidden"],
    ["/u/.coxswain/worktrees/p/one/x", "write"],
    ["/u/.coxswain/demo/x", "read"],
    ["/u/code/.git/objects/ab/cd", "write"],
    ["/u/code/.git/objects/pack/x", "read"],
    ["/u/code/.git/config", "read"],
    ["/tmp/x", "fresh"],
    ["/etc/passwd", "read"],
  ])("gives %s as %s", (where, access) => {
    expect(accessTo(where, places)).toBe(access);
  });

  it("names nothing that is so anyway, and nothing hidden inside what is hidden", () => {
    const named = layOut(
      { ...confines, readable: ["/u/code"] },
      { hidden: [...hidden, "/u/.coxswain/codex"], fresh: [] },
    );
    expect(named.map((place) => place.path)).not.toContain("/u/code");
    expect(named.map((place) => place.path)).not.toContain("/u/.coxswain/codex");
  });

  it("never lets a hidden path be named as anything else, nor a longer path lose to a shorter one", () => {
    const name = fc.constantFrom("a", "b", "c");
    const where = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    const list = fc.array(where, { maxLength: 4 });
    fc.assert(
      fc.property(where, list, list, list, list, where, (worktree, writable, readOnly, readable, secret, asked) => {
        const laid = layOut({ worktree, writable, readOnly, readable, network: "none" }, { hidden: secret, fresh: [] });
        const told: [string, string][] = [
          ...[worktree, ...writable].map((each): [string, string] => [each, "write"]),
          ...[...readable, ...readOnly].map((each): [string, string] => [each, "read"]),
          ...secret.map((each): [string, string] => [each, "hidden"]),
        ];
        const around = told.filter(([each]) => contains(each, asked));
        const longest = Math.max(0, ...around.map(([each]) => each.length));
        const expected = around.findLast(([each]) => each.length === longest)?.[1] ?? "read";
        expect(accessTo(asked, laid)).toBe(expected);
      }),
    );
  });
});

describe("the arguments of bwrap", () => {
  const args = (network: Confines["network"]) =>
    bubblewrapArgs(
      { file: "make", args: ["--", "all"], folder: "/w" },
      network,
      [
        { path: "/secret", as: "empty folder" },
        { path: "/token", as: "empty file" },
        { path: "/w", as: "write", fd: 20 },
        { path: "/w/.git", as: "read", fd: 21 },
      ],
      { info: 4, seccomp: 6, firstPlace: 7 },
    ).join(" ");

  it("name what is shown by what was opened, in its order, and close hidden folders last", () => {
    expect(args("none")).toContain("--bind-fd 7 /w --ro-bind-fd 8 /w/.git --remount-ro /secret --chdir /w");
    expect(args("none")).toMatch(/--tmpfs \/secret --dev-bind \/dev\/null \/token/);
    expect(args("none")).toMatch(/--info-fd 4 --seccomp 6 -- make -- all$/);
  });

  it("share the network only where all of it is given", () => {
    expect(args("none")).toContain("--unshare-net");
    expect(args("full")).not.toContain("--unshare-net");
  });
});

describe("the filter of system calls", () => {
  it("is there for the machines whose numbers are known", () => {
    expect(["x64", "arm64", "ia32", "toString"].map(isFiltered)).toEqual([true, true, false, false]);
  });

  it.each(["x64", "arm64"] as const)(
    "jumps forward, inside itself, and ends every path with a word (%s)",
    (machine) => {
      for (const unixSockets of [true, false]) {
        const program = seccompFilter(machine, { unixSockets });
        const count = program.length / 8;
        for (let index = 0; index < count; index += 1) {
          const [code, yes, no] = [program.readUInt16LE(index * 8), program[index * 8 + 2], program[index * 8 + 3]];
          const next = code === 0x06 ? [] : [index + 1 + (yes ?? 0), index + 1 + (no ?? 0)];
          for (const each of next) expect(each).toBeLessThan(count);
        }
        expect(program.readUInt16LE((count - 1) * 8)).toBe(0x06);
      }
    },
  );

  /** What the kernel would do with a call, given as struct seccomp_data. */
  function verdict(program: Buffer, call: number, args: readonly number[] = [], arch = 0xc000003e): "allow" | "refuse" {
    const data = Buffer.alloc(64);
    data.writeUInt32LE(call, 0);
    data.writeUInt32LE(arch, 4);
    args.forEach((argument, index) => data.writeUInt32LE(argument, 16 + 8 * index));
    let accumulator = 0;
    for (let index = 0; ; index += 1) {
      const [code, k] = [program.readUInt16LE(index * 8), program.readUInt32LE(index * 8 + 4)];
      if (code === 0x20) accumulator = data.readUInt32LE(k);
      else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
      else if (code === 0x06) return k === 0x7fff0000 ? "allow" : "refuse";
      else index += program[index * 8 + ((code === 0x15 ? accumulator === k : accumulator >= k) ? 2 : 3)] ?? 0;
    }
  }

  it.each([
    ["reads", 0, [], "allow", "allow"],
    ["opens IPv4", 41, [2, 1], "allow", "allow"],
    ["opens a unix socket", 41, [1, 1], "allow", "refuse"],
    ["opens vsock", 41, [40, 1], "refuse", "refuse"],
    ["makes a pair of streams", 53, [1, 0x80001], "allow", "allow"],
    ["makes a pair of datagram sockets", 53, [1, 2], "allow", "refuse"],
    ["types into a terminal", 16, [0, 0x5412], "refuse", "refuse"],
    ["asks a terminal for its size", 16, [0, 0x5413], "allow", "allow"],
    ["opens an io_uring", 425, [], "refuse", "refuse"],
    ["reads the keyring", 250, [], "refuse", "refuse"],
    ["calls by the x32 table", 0x40000000 + 41, [1, 1], "refuse", "refuse"],
  ] as const)("who %s meets the right answer", (_what, call, args, apart, shared) => {
    expect(verdict(seccompFilter("x64", { unixSockets: true }), call, args)).toBe(apart);
    expect(verdict(seccompFilter("x64", { unixSockets: false }), call, args)).toBe(shared);
  });

  it("refuses calls of another machine, whose numbers mean other things", () => {
    expect(verdict(seccompFilter("x64", { unixSockets: true }), 0, [], 0x40000003)).toBe("refuse");
  });
});

describe("the seatbelt profile", () => {
  const profile = (over: Partial<Confines> = {}) => seatbeltProfile({ ...confines, ...over }, hidden);

  it("denies by default, and orders its places so that the last that fits is the right one", () => {
    const lines = profile().split("\n");
    expect(lines.slice(0, 2)).toEqual(["(version 1)", "(deny default)"]);
    const at = (line: string) => lines.indexOf(line);
    expect(at('(deny file-read* file-write* (subpath "/u/.coxswain"))')).toBeGreaterThan(at("(allow file-read*)"));
    expect(at(`(allow file-read* file-write* (subpath "${confines.worktree}"))`)).toBeGreaterThan(
      at('(deny file-read* file-write* (subpath "/u/.coxswain"))'),
    );
    expect(at(`(deny file-write* (subpath "${path.join(confines.worktree, ".git")}"))`)).toBeGreaterThan(
      at(`(allow file-read* file-write* (subpath "${confines.worktree}"))`),
    );
  });

  it("gives the network it is asked for, and never a unix socket", () => {
    expect(profile({ network: "none" })).toContain('(allow network-outbound (remote ip "localhost:*"))');
    expect(profile({ network: "none" })).not.toContain("(allow network*)");
    expect(profile({ network: "full" })).toContain("(deny network* (remote unix-socket))");
  });

  it("quotes what would end a string", () => {
    expect(profile({ worktree: '/u/a"b\\c' })).toContain('(subpath "/u/a\\"b\\\\c")');
  });
});
