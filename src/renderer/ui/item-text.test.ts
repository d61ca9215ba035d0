import { expect, it } from "vitest";
import { itemText } from "./item-text.ts";

it("gives a command as it is shown: what would act unseen where it is pasted is named, and nothing is left out", () => {
  const command = "rm -rf /\r\u001b[2Kls\u202e";
  const text = itemText({ kind: "command", command, folder: ".", status: "completed", output: "" }, false);
  expect(text).toContain("rm -rf /");
  expect(text).toContain("ls");
  for (const unseen of ["\r", "\u001b", "\u202e"]) expect(text).not.toContain(unseen);
});

it("gives what was printed as a terminal would have left it, after the command that printed it", () => {
  const output = "1 %\r100 %\n\u001b[32mdone\u001b[0m";
  const text = itemText({ kind: "command", command: "make", folder: ".", status: "completed", output }, true);
  expect(text).toBe("make\n100 %\ndone");
});

it("gives each path on a line of its own, whatever is in it", () => {
  const files = [
    { path: "src/a.ts", change: "modified" as const },
    { path: "src/b\nc.ts", change: "added" as const },
  ];
  expect(itemText({ kind: "edit", files, status: "completed" }, false).split("\n")).toHaveLength(2);
});
