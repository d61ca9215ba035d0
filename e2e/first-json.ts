import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** The first line of a program's output, read as JSON; rejects with its complaints when it ends before that. */
export function firstJson(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null || child.stderr === null) throw new Error("no pipes");
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line)));
    child.once("exit", (code) => reject(new Error(`The program ended with ${String(code)}: ${complaints}`)));
  });
}
