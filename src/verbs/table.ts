import { adopt } from "./adopt.ts";
import { allow } from "./allow.ts";
import { answer } from "./answer-request.ts";
import { archive } from "./archive.ts";
import { askHuman } from "./ask-human.ts";
import { attention } from "./attention.ts";
import { budget } from "./budget.ts";
import { close } from "./close.ts";
import { remove } from "./delete.ts";
import { demo } from "./demo.ts";
import { diff } from "./diff.ts";
import { disk } from "./disk.ts";
import { doctor } from "./doctor.ts";
import { interrupt } from "./interrupt.ts";
import { list } from "./list.ts";
import { note } from "./note.ts";
import { open } from "./open.ts";
import { pause } from "./pause.ts";
import { plan } from "./plan.ts";
import { reclaim } from "./reclaim.ts";
import { release } from "./release.ts";
import { restore } from "./restore.ts";
import { review } from "./review.ts";
import { retry } from "./retry.ts";
import { search } from "./search.ts";
import { secret } from "./secret.ts";
import { settings } from "./settings.ts";
import { share } from "./share.ts";
import { show } from "./show.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { steer } from "./steer.ts";
import { stop } from "./stop.ts";
import { ticket } from "./ticket.ts";
import { tickets } from "./tickets.ts";
import { usage } from "./usage.ts";
import { unsay } from "./unsay.ts";
import { transcript } from "./transcript.ts";
import { compare } from "./compare.ts";
import { keep } from "./keep.ts";
import { unarchive } from "./unarchive.ts";
import { waive } from "./waive.ts";
import { warm } from "./warm.ts";
import { worktrees } from "./worktrees.ts";
import type { Verb } from "./verb.ts";

/** Everything that may be asked by name, in the order in which help shows it. `cox` and the agents' tools serve this. */
export const verbs: readonly Verb[] = [
  status,
  list,
  attention,
  open,
  close,
  demo,
  allow,
  tickets,
  start,
  show,
  ticket,
  plan,
  diff,
  review,
  transcript,
  usage,
  search,
  steer,
  unsay,
  answer,
  interrupt,
  stop,
  retry,
  budget,
  waive,
  archive,
  unarchive,
  compare,
  keep,
  pause,
  remove,
  restore,
  worktrees,
  adopt,
  release,
  disk,
  warm,
  reclaim,
  note,
  askHuman,
  share,
  secret,
  settings,
  doctor,
];
