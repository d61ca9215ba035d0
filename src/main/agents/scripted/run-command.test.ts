import { describe, expect, it } from "vitest";
import { createCommands, keepEnds } from "./run-command.ts";

const commands = createCommands();

function start(script: string, onOutput: (text: string) => Promise<void> = async () => {}) {
  const request = {
    program: "/bin/sh",
    args: ["-c", script],
    folder: "/",
    env: { PATH: process.env["PATH"] ?? "" },
    onOutput,
  };
  return commands.start(request).ended;
}

describe("a command", () => {
  it("ends with its exit code and both its outputs", async () => {
    expect(await start("echo out; echo err >&2; exit 3")).toEqual({ exitCode: 3, output: "out\nerr\n" });
  });

  it("takes its arguments as they are", async () => {
    const request = {
      program: "printf",
      args: ["%s|", "a b", "$(x)", "'"],
      folder: "/",
      env: { PATH: "/usr/bin:/bin" },
      onOutput: async () => {},
    };
    expect(await commands.start(request).ended).toEqual({ exitCode: 0, output: "a b|$(x)|'|" });
  });

  it("tells of a signal that ended it", async () => {
    expect((await start("kill -9 $$")).exitCode).toBe(137);
  });

  it("fails where there is no folder to run in", async () => {
    const request = { program: "true", args: [], folder: "/no/such/folder", env: {}, onOutput: async () => {} };
    expect((await commands.start(request).ended).exitCode).toBe(126);
  });

  it("has a closed input and no descriptor of ours", async () => {
    expect(
      (await start("cat; ls /dev/fd/3 2>&1 | grep -c 'No such'; (echo x >&3) 2>/dev/null || echo closed")).output,
    ).toContain("closed");
  });

  it("streams no more than a bounded part of what it writes", async () => {
    let streamed = 0;
    const { output, exitCode } = await start("head -c 20000000 /dev/zero | tr '\\0' x", async (text) => {
      streamed += text.length;
    });
    expect(exitCode).toBe(0);
    expect(streamed).toBeLessThanOrEqual(2_500_000);
    expect(output.length).toBeLessThan(1_050_000);
    expect(output).toContain("characters left out");
  });
});

describe("keeping both ends", () => {
  it("keeps a text that fits whole", () => {
    const kept = keepEnds(10);
    for (const piece of ["abc", "defg", "hij"]) kept.add(piece);
    expect(kept.text()).toBe("abcdefghij");
  });

  it("names how much it left out of one that does not", () => {
    const kept = keepEnds(10);
    for (let index = 0; index < 100; index += 1) kept.add(String(index % 10));
    expect(kept.text()).toBe("01234\n… 90 characters left out …\n56789");
  });
});
