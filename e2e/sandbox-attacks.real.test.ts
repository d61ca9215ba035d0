import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { unwrap } from "../src/contract/errors.ts";
import { git } from "./scenarios/repositories.ts";
import { openStand } from "./engine-stand.ts";
import { openAttackStand, type AttackStand, type Places } from "./sandbox-stand.ts";

let stand: AttackStand;

beforeAll(async () => {
  stand = await openAttackStand();
});

afterAll(() => stand.close());

beforeEach((context) => {
  const { confinement, lacks } = stand.sandbox;
  if (confinement !== "bubblewrap")
    context.skip(`no bubblewrap: ${lacks?.message ?? confinement} ${lacks?.cause ?? ""}`);
});

/** Tries each line; one that works says so. The end shows that the sandbox is not merely broken. */
const tries = (...lines: readonly string[]) =>
  [
    ...lines.map((line) => `(${line}) && echo SUCCEEDED: ${JSON.stringify(line.slice(-60))}`),
    "touch work",
    "echo DONE",
  ].join("\n");

interface Attack {
  readonly name: string;
  readonly script: (places: Places) => string;
  readonly network?: "full";
}

/** A terminal of its own it may open; the words have to be refused by the filter and not by what the terminal says. */
const typeIntoTerminal = `
import fcntl, os, sys
os.setsid()
terminal = os.openpty()[1]
fcntl.ioctl(terminal, 0x540e, 0)
try: fcntl.ioctl(terminal, 0x5412, b'x')
except PermissionError: sys.exit(1)
except OSError: pass`;

const attacks: readonly Attack[] = [
  {
    name: "reads the home, a sibling or the user's secrets",
    script: ({ home, sibling, user }) =>
      tries(
        `grep -r SECRET ${home}`,
        `cat ${home}/capability`,
        `cat ${home}/coxswain.db`,
        `cat ${sibling}/secret`,
        `cat ../two/secret`,
        `grep SECRET ${user}/.ssh/id`,
        `grep SECRET ${user}/.netrc`,
        `grep SECRET ${user}/.npmrc`,
        `grep SECRET ${user}/.bash_history`,
        `grep -r SECRET ${user}/.config`,
        `grep -r SECRET ${user}`,
        `grep -r SECRET /proc/1/root${home}`,
        `grep -r SECRET /proc/1/cwd/../two`,
        `ls ${home} | grep -v -e worktrees -e tmp -e caches`,
      ),
  },
  {
    name: "writes outside what it was given",
    script: ({ home, user, repo, sibling, folder }) =>
      tries(
        `echo x > ${user}/.bashrc`,
        `echo x > ${user}/readable`,
        `touch ${home}/new`,
        `touch ${home}/worktrees/new`,
        `touch ${home}/worktrees/p1/new`,
        `touch ${sibling}/new`,
        `touch ${repo}/new`,
        `echo x > ${repo}/README.md`,
        `touch ${folder}/new`,
        "touch /etc/new",
        "touch /var/tmp/new",
        "touch /usr/bin/new",
        `mv ${user}/readable ${user}/gone`,
        `ln ${user}/readable linked && echo x > linked`,
      ),
  },
  {
    name: "reaches out through a symbolic link",
    script: ({ user, home, scratch }) =>
      tries(
        `ln -sfn ${user} link && echo x > link/readable`,
        `ln -sfn ${user}/.ssh keys && cat keys/id`,
        `ln -sfn ${home} up && cat up/capability`,
        `ln -sfn / ${scratch}/root && echo x > ${scratch}/root${user}/readable`,
        `rm -f link keys up ${scratch}/root; false`,
      ),
  },
  {
    name: "rewrites what the engine's git or other worktrees read",
    script: ({ repo }) => {
      const admin = `${repo}/.git/worktrees/one`;
      return tries(
        "git update-ref refs/heads/main HEAD~0 $(git commit-tree -m x HEAD^{tree})",
        "git branch -f other $(git commit-tree -m x HEAD^{tree})",
        "git branch -D other",
        "git tag mine",
        "git config core.fsmonitor /bin/false",
        `echo /tmp > ${admin}/commondir`,
        `mv ${admin}/commondir ${admin}/other`,
        `rm ${admin}/gitdir`,
        `echo '[core]' > ${admin}/config.worktree`,
        `mv ${admin} ${repo}/.git/worktrees/elsewhere`,
        `echo '[core]' >> ${repo}/.git/config`,
        `echo x > ${repo}/.git/hooks/post-commit`,
        `echo x > ${repo}/.git/info/attributes`,
        `echo /etc > ${repo}/.git/objects/info/alternates`,
        `rm -f ${repo}/.git/objects/pack/*.pack && ! ls ${repo}/.git/objects/pack/*.pack`,
        `mv ${repo}/.git/objects/pack ${repo}/.git/objects/gone`,
        "echo gitdir: /tmp > .git",
        "rm .git",
        "mv .git gone",
      );
    },
  },
  {
    name: "looks into other processes, or takes hold of them",
    script: () =>
      tries(
        `cat /proc/${process.pid}/environ`,
        `ls /proc/${process.pid}/root`,
        `kill -0 ${process.pid}`,
        "cat /proc/[0-9]*/comm | grep -v -e sh -e bwrap -e cat -e grep",
        "head -c1 /proc/kcore | grep -q .",
      ),
  },
  {
    // Each writes what is there already: a test that finds a hole is not to change the machine.
    name: "changes the kernel's settings",
    script: () =>
      tries(
        ...["kernel/core_pattern", "kernel/modprobe", "vm/swappiness", "fs/suid_dumpable"].map(
          (name) => `was=$(cat /proc/sys/${name}) && printf %s "$was" > /proc/sys/${name}`,
        ),
        "for file in $(find /proc/irq /proc/fs /proc/acpi /proc/mtrr -type f 2>/dev/null); do : >> $file && exit 0; done; false",
        "for file in $(find /sys/kernel /sys/module -type f 2>/dev/null | head -100); do : >> $file && exit 0; done; false",
        ": >> /proc/sysrq-trigger",
      ),
  },
  {
    name: "gets rights it was not given",
    script: () =>
      tries(
        "unshare -U true",
        "unshare -m true",
        "mount -t tmpfs none /mnt",
        "umount /proc",
        "mknod disk b 8 0 && head -c1 disk",
        "mknod null c 1 3 && echo x > null",
        "chroot / true",
        "cp /bin/true mine && chmod u+s mine && grep -q 'NoNewPrivs:.0' /proc/self/status",
        "grep -E 'Cap(Eff|Prm|Bnd):.*[1-9a-f]' /proc/self/status",
        "ls /dev | grep -E '^(sd|vd|nvme|kvm|fuse|input|snd|dri|mem|kmsg)'",
        "echo x > /dev/tty",
        `python3 -c "${typeIntoTerminal}"`,
      ),
  },
  {
    name: "reaches the machine's sockets, with a network of its own",
    script: ({ home }) =>
      tries(
        connectTo(JSON.stringify(`${home}/engine.sock`)),
        connectTo(JSON.stringify("\\0coxswain-attack")),
        "ls /run | grep .",
        "ls /tmp | grep .",
        "test -S /var/run/docker.sock",
      ),
  },
  {
    name: "reaches unix sockets, with the machine's network",
    network: "full",
    script: ({ home }) =>
      tries(
        connectTo(JSON.stringify(`${home}/engine.sock`)),
        connectTo(JSON.stringify("\\0coxswain-attack")),
        python("s=socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]; s.connect('\\0coxswain-attack')"),
        python("socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)"),
        python("socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)"),
        "ls /run/user | grep .",
      ),
  },
];

const nodeLine = (code: string) => `"${process.execPath}" -e '${code}'`;
const connectTo = (address: string) =>
  nodeLine(`require("net").connect(${address}).on("connect",()=>process.exit(0)).on("error",()=>process.exit(1))`);
const python = (code: string) => `python3 -c "import socket; ${code}"`;

describe("a confined command that", () => {
  const door = createServer((socket) => socket.end());

  beforeAll(async () => {
    door.listen("\0coxswain-attack");
    await once(door, "listening");
  });

  afterAll(() => void door.close());

  it.each(attacks)("$name, does not succeed", async ({ script, network }) => {
    const { tail, exitCode } = await stand.run(script(stand), { network: network ?? "none" });
    expect(tail).not.toContain("SUCCEEDED");
    expect(tail).not.toMatch(/^SECRET$/m);
    expect(tail).toMatch(/DONE\n$/);
    expect(exitCode).toBe(0);
    expect(await readFile(path.join(stand.user, "readable"), "utf8")).toBe("as always\n");
  });

  it("does honest work may read the system, write its own places and commit on its branch", async () => {
    const { tail, exitCode } = await stand.run(
      `set -e; cat ${stand.user}/readable; touch work $TMPDIR/work ${stand.caches}/work /tmp/work
       git add --all; git commit --quiet -m Work; git status --short; echo ends`,
    );
    expect([tail, exitCode]).toEqual(["as always\nends\n", 0]);
    expect(await git(stand.repo, "log", "-1", "--format=%s", `cox/${stand.id}/one`)).toBe("Work\n");
  });

  it("looks at its environment sees what it was given and nothing else", async () => {
    process.env["COXSWAIN_LEAK"] = "SECRET";
    const { tail } = await stand.run("env; tr '\\0' '\\n' </proc/1/environ");
    delete process.env["COXSWAIN_LEAK"];
    const names = new Set(tail.split("\n").map((line) => line.split("=")[0]));
    const given = Object.keys(stand.command("").env);
    expect(
      [...names].filter((name) => name !== undefined && !["", "PWD", "OLDPWD", "SHLVL", "_", ...given].includes(name)),
    ).toEqual([]);
  });

  it("has the machine's network only where it is given", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined).end("hello"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const script = connectTo(`${port},"127.0.0.1"`);
    expect((await stand.run(script, { network: "full" })).exitCode).toBe(0);
    expect((await stand.run(script, { network: "none" })).exitCode).toBe(1);
    server.close();
  });
});

const program = fileURLToPath(new URL("sandbox-program.ts", import.meta.url));

/** A command line that is found again among all processes, and lives for an hour if nobody ends it. */
let markers = 0;
function marked(): string {
  markers += 1;
  return `sleep 3600.${process.pid}${markers}`;
}

async function processes(is: (commandLine: string) => boolean): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return is(line.replaceAll("\0", " ").trim()) ? [pid] : [];
    }),
  );
  return found.flat();
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await holds()) return;
    await sleep(10);
  }
  throw new Error(`${what} did not come about`);
}

const isThere = (marker: string) =>
  until("its start", async () => (await processes((line) => line === marker)).length > 0);
/** With whatever was to start it: every one of those names it. */
const naming = (marker: string) => processes((line) => line.includes(marker));
const isGone = (marker: string) => until("its end", async () => (await naming(marker)).length === 0);

/** Leaves its group, its session and its parent. */
const forkAway = (marker: string) => `setsid sh -c '(setsid ${marker} >/dev/null 2>&1 &)' >/dev/null 2>&1 &`;

describe("a process that forks away", () => {
  it("ends with its command", async () => {
    const marker = marked();
    await stand.run(`${forkAway(marker)} until cat /proc/[0-9]*/comm | grep -q sleep; do :; done`);
    await isGone(marker);
  });

  it("ends when the command is cancelled, also one that will not listen", async () => {
    const [away, deaf] = [marked(), marked()];
    const abort = new AbortController();
    const ran = stand.run(`trap '' TERM; ${forkAway(away)} ${deaf}; ${deaf}`, {}, { signal: abort.signal });
    await Promise.all([isThere(away), isThere(deaf)]);
    abort.abort();
    expect(await ran).toMatchObject({ ended: "cancelled" });
    await Promise.all([isGone(away), isGone(deaf)]);
  });

  it("ends when the command takes too long", async () => {
    const marker = marked();
    const ran = await stand.run(`${forkAway(marker)} sleep 60`, {}, { timeoutMs: 500 });
    expect(ran).toMatchObject({ ended: "timed out" });
    await isGone(marker);
  });

  it("ends when the sandbox is closed", async () => {
    const marker = marked();
    const other = await openAttackStand();
    const ran = other.run(`${forkAway(marker)} sleep 600`, {}, { timeoutMs: 600_000 });
    await isThere(marker);
    await other.close();
    expect(await Promise.race([ran, sleep(5_000)])).toMatchObject({ ended: "by itself" });
    await isGone(marker);
  });

  it("ends when the engine is killed, at whatever moment", { timeout: 120_000 }, async () => {
    const all: string[] = [];
    for (let round = 0; round < 25; round += 1) {
      const marker = marked();
      all.push(marker);
      const engine = engineOf(stand.folder, `${forkAway(marker)} ${marker}`);
      await once(engine.stdout, "data");
      // From before bwrap is there to after the last fork.
      if (round < 20) await sleep(round * 3);
      else await isThere(marker);
      engine.kill("SIGKILL");
      await once(engine, "exit");
    }
    await Promise.all(all.map(isGone));
    // What was only about to start then would be there by now.
    await sleep(500);
    expect((await Promise.all(all.map(naming))).flat()).toEqual([]);
  });
});

function engineOf(folder: string, script: string, more: { uid?: number; gid?: number; inherits?: number } = {}) {
  const { inherits, ...as } = more;
  return spawn(process.execPath, [program, folder, script], {
    ...as,
    stdio: [
      "ignore",
      "pipe",
      "inherit",
      ...Array.from({ length: 60 }, (_, index) => (index < 50 ? "ignore" : (inherits ?? "ignore"))),
    ],
  }) as ChildProcess & { stdout: NonNullable<ChildProcess["stdout"]> };
}

const engineSaid = z.object({
  ran: z.object({ ok: z.literal(true), value: z.object({ tail: z.string(), exitCode: z.number() }) }),
});

async function outcomeOf(engine: ReturnType<typeof engineOf>) {
  const said = await text(engine.stdout);
  return engineSaid.parse(JSON.parse(said.split("\n")[1] ?? "")).ran.value;
}

describe("a command that takes too much", () => {
  it("is refused more processes than it may have, where the engine is not root", async () => {
    const own = await openAttackStand();
    const script = `python3 -c "
import os, sys
made = 0
try:
  while made < 1000:
    if os.fork() == 0: os.read(0, 1); os._exit(0)
    made += 1
except OSError: pass
print('made', made)"`;
    const nobody = 65_534;
    if (process.getuid?.() === 0) await giveTo(nobody, own.folder);
    const { tail } = await outcomeOf(
      engineOf(
        own.folder,
        `exec <>/dev/zero; ${script}`.replace("os.read(0, 1)", "__import__('time').sleep(20)"),
        process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {},
      ),
    );
    await own.close();
    const made = Number(/made (\d+)/.exec(tail)?.[1]);
    expect(made).toBeGreaterThan(100);
    expect(made).toBeLessThan(200);
  });

  it("is refused more memory than it may have", async () => {
    const { tail } = await stand.run("python3 -c 'bytearray(2 * 1024 ** 3)'; echo ends");
    expect(tail).toMatch(/MemoryError\nends\n$/);
  });

  it("fills nobody's memory with what it prints", async () => {
    const before = process.memoryUsage().rss;
    const { characters, tail } = await stand.run("head -c 104857600 /dev/zero; echo the end");
    expect(characters).toBe(104_857_600 + 8);
    expect(tail).toMatch(/the end\n$/);
    expect(tail.length).toBeLessThanOrEqual(16_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2);
  });

  it("cannot fill the machine through /tmp", async () => {
    const { tail } = await stand.run(
      "head -c 1200000000 /dev/zero > /tmp/large || echo full; df --output=size /tmp | tail -1",
    );
    expect(tail).toContain("full");
  });
});

async function giveTo(uid: number, folder: string): Promise<void> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = all.map((entry) => path.join(entry.parentPath, entry.name));
  await Promise.all([folder, ...paths].map((each) => chown(each, uid, uid)));
}

describe("a place that was exchanged", () => {
  let own: AttackStand;

  beforeAll(async () => {
    own = await openAttackStand();
  });

  afterAll(() => own.close());

  const start = () =>
    own.sandbox.run({
      command: own.command("grep -r SECRET .. $TMPDIR; touch $TMPDIR/pwned"),
      confines: own.confines,
      timeoutMs: 5_000,
    });

  it.each([
    ["its scratch folder", (at: AttackStand) => at.scratch],
    ["a cache", (at: AttackStand) => at.caches],
    ["the file that says where its repository is", (at: AttackStand) => path.join(at.worktree, ".git")],
    ["the worktree itself", (at: AttackStand) => at.worktree],
    ["a folder of its branches", (at: AttackStand) => path.join(at.repo, ".git/refs/heads/cox", at.id)],
  ])("for a link to the user's secrets is not given: %s", async (_what, pathIn) => {
    const place = pathIn(own);
    await rename(place, `${place}.aside`);
    await symlink(path.join(own.user, ".ssh"), place);
    const ran = await start();
    await rm(place);
    await rename(`${place}.aside`, place);
    expect(ran).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await readdir(path.join(own.user, ".ssh"))).toEqual(["id"]);
  });

  it("for a link, above a place that is given, is not followed", async () => {
    const above = path.dirname(own.caches);
    const elsewhere = path.join(own.user, "elsewhere");
    await mkdir(path.join(elsewhere, path.basename(own.caches)), { recursive: true });
    await rename(above, `${above}.aside`);
    await symlink(elsewhere, above);
    const ran = await start();
    await rm(above);
    await rename(`${above}.aside`, above);
    expect(ran).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });

  it("while the command starts is not given either", { timeout: 120_000 }, async () => {
    let racing = true;
    const racer = (async () => {
      while (racing) {
        await rename(own.scratch, `${own.scratch}.aside`);
        await symlink(path.join(own.user, ".ssh"), own.scratch);
        await rm(own.scratch);
        await rename(`${own.scratch}.aside`, own.scratch);
      }
    })();
    const outcomes = [];
    for (let round = 0; round < 200; round += 1) outcomes.push(await start());
    racing = false;
    await racer;
    const tails = outcomes.map((outcome) => (outcome.ok ? outcome.value.tail : ""));
    expect(tails.filter((tail) => tail.includes("SECRET"))).toEqual([]);
    expect(await readdir(path.join(own.user, ".ssh"))).toEqual(["id"]);
  });
});

it("A confined command inherits nothing that the engine was handed when it began", async () => {
  const secrets = await open(path.join(stand.user, ".ssh"));
  const { tail } = await outcomeOf(
    engineOf(stand.folder, "for fd in $(seq 3 70); do cat /proc/self/fd/$fd/id; done; ls /proc/self/fd | wc -l", {
      inherits: secrets.fd,
    }),
  );
  await secrets.close();
  expect(tail).not.toContain("SECRET");
});

describe("a hook of WORKFLOW.md, through the engine", () => {
  it("sets up its worktree, commits, and reads neither the database nor a sibling", async () => {
    const engine = await openStand();
    const hook =
      "head -c 15 ../../../coxswain.db; ls ..; echo made > made; git add made; git -c user.name=A -c user.email=a@b commit -qm Made; echo ends";
    await writeFile(
      path.join(engine.repository, "WORKFLOW.md"),
      `---\nhooks:\n  after_create: ${hook}\ncoxswain:\n  agent: scripted\n  confinement: required\n---\n`,
    );
    const one = await engine.play("happy");
    await engine.until("a worktree", (state) => state.workstreams[one.id]?.place.gitDir !== undefined);
    const { items } = unwrap(await engine.engine.storage.items(one.id, undefined, 100));
    const said = items.find((item) => item.body.kind === "command" && item.body.command === "hooks.after_create");
    const { place, commandConfinement } = engine.row(one.id);
    await engine.close();
    expect(commandConfinement).toBe("bubblewrap");
    expect(said?.body).toMatchObject({ status: "completed" });
    const output = said?.body.kind === "command" ? said.body.output : "";
    expect(output.split("\n")).toEqual(expect.arrayContaining([place.folder, "ends"]));
    expect(output).not.toContain("SQLite");
  });
});
