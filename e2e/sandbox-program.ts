import { placesOf, sandboxOver } from "./sandbox-stand.ts";

/*
 * An engine of one command: runs a script confined in the stand of a folder and prints how it ended, as JSON.
 * Arguments: the folder, the script.
 */
const [, , folder = "", script = ""] = process.argv;
const places = placesOf(folder);
const sandbox = await sandboxOver(places);
process.stdout.write("starting\n");
const ran = await sandbox.run({
  command: {
    file: "/bin/sh",
    args: ["-c", script],
    folder: places.worktree,
    env: { PATH: process.env["PATH"] ?? "", HOME: places.user },
  },
  confines: { worktree: places.worktree, writable: [places.scratch], readOnly: [], readable: [], network: "none" },
  timeoutMs: 60_000,
});
process.stdout.write(`${JSON.stringify({ confinement: sandbox.confinement, ran })}\n`);
await sandbox.close();
