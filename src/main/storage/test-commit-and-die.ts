import { writeSync } from "node:fs";
import { unwrap } from "../../contract/errors.ts";
import { enveloped, realStorage, told, workstream, workstreamId } from "./test-stand.ts";

/**
 * Commits so many batches, prints each sequence number once it is acknowledged, and kills itself the moment the last
 * one is: whatever was answered too early is not on disk then.
 */
const [folder = "", batches = "1"] = process.argv.slice(2);
const storage = await realStorage(folder);
let { seq } = unwrap(await storage.load());
for (let left = Number(batches); left > 0; left -= 1) {
  const batch = Array.from({ length: 3 }, () => {
    seq += 1;
    const row = { ...workstream(1), turns: seq };
    const rows = [{ table: "workstreams", id: workstreamId(1), row }] as const;
    return storage.commit(enveloped([told(1, `line ${seq}`)], seq - 1), rows);
  });
  for (const answer of await Promise.all(batch)) unwrap(answer);
  writeSync(1, `${seq}\n`);
}
process.kill(process.pid, "SIGKILL");
