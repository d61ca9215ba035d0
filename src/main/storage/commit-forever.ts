import { unwrap } from "../../contract/errors.ts";
import { enveloped, realStorage, told, workstream, workstreamId } from "./test-stand.ts";

/** Commits until it is killed and tells its parent each sequence number once it is acknowledged. */
const [folder = ""] = process.argv.slice(2);
const storage = await realStorage(folder);
let { seq } = unwrap(await storage.load());
for (;;) {
  const batch = Array.from({ length: 3 }, () => {
    seq += 1;
    const row = { ...workstream(1), turns: seq };
    const rows = [{ table: "workstreams", id: workstreamId(1), row }] as const;
    return storage.commit(enveloped([told(1, `line ${seq}`)], seq - 1), rows);
  });
  for (const answer of await Promise.all(batch)) unwrap(answer);
  process.send?.(seq);
}
