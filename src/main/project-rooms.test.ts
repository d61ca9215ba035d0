import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { unwrap } from "../contract/errors.ts";
import { openProjectRooms } from "./project-rooms.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "rooms-"));
  await mkdir(path.join(folder, "project", ".git"), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

it("keeps tickets in the home until the project has a folder for them, and then takes that one", async () => {
  const home = path.join(folder, "home");
  const root = path.join(folder, "project");
  const project = {
    id: "p00000001",
    name: "project",
    root,
    gitDir: path.join(root, ".git"),
    identity: true,
    defaultBranch: "main",
    openedAt: 1,
    policy: { source: "embedded" },
  } as const;
  const rooms = unwrap(await openProjectRooms({ home, env: {} }, project, { policyChanged: () => undefined }));
  const keys = async () => unwrap(await rooms.tracker.list()).tickets.map(({ key }) => key);
  try {
    unwrap(await rooms.tracker.create({ title: "Early", body: "" }));
    expect(await keys()).toEqual(["early"]);
    await mkdir(path.join(root, "tickets"));
    await writeFile(path.join(root, "tickets", "late.md"), "");
    unwrap(await rooms.tracker.create({ title: "Later", body: "" }));
    expect(await keys()).toEqual(["late", "later"]);
  } finally {
    rooms.close();
  }
});
