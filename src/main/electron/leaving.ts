import type { Event } from "electron";
import type { Tally } from "../../contract/tally.ts";
import type { ElectronParts } from "./parts.ts";

/** What becomes of the agents that work when the program quits. `end`: none did, or nobody could be asked. */
export type Farewell = "end" | "stop" | "leave";

export interface LeavingDeps extends Pick<ElectronParts, "dialog"> {
  /** How the fleet of an engine stands that ends with this program; undefined where none does. */
  readonly tally: () => Tally | undefined;
  /** Asks Electron to quit, which comes back to `beforeQuit`. */
  readonly quit: () => void;
  /** The program now quits once nothing works any more, or no longer does. */
  readonly onWaiting: () => void;
}

export interface Leaving {
  /** Quitting was asked for: it goes on, or is held up until it is known what becomes of the agents. */
  beforeQuit(event: Pick<Event, "preventDefault">): void;
  /** The fleet stands otherwise than before. */
  tallied(): void;
  /** The human does not want to quit after all. */
  stay(): void;
  /** Quits without a question: the machine shuts down, or whoever started the program ends it. */
  atOnce(): void;
  /** What was decided; undefined while it is not. */
  readonly farewell: Farewell | undefined;
  readonly isWaiting: boolean;
  /** Whether nobody has time to wait for an orderly end. */
  readonly isHurried: boolean;
}

const choices = ["wait", "stop", "leave", "stay"] as const;

/** Decides how the program quits: at once where nothing works, else as the human says. */
export function createLeaving({ dialog, tally, quit, onWaiting }: LeavingDeps): Leaving {
  let farewell: Farewell | undefined;
  let isWaiting = false;
  let isHurried = false;
  let asking = new AbortController();
  let isAsking = false;

  function wait(shall: boolean): void {
    if (isWaiting === shall) return;
    isWaiting = shall;
    onWaiting();
  }

  function leave(how: Farewell): void {
    farewell ??= how;
    wait(false);
    asking.abort();
    quit();
  }

  async function ask(working: number): Promise<void> {
    isAsking = true;
    asking = new AbortController();
    const { response } = await dialog.showMessageBox({ ...question(working), signal: asking.signal });
    isAsking = false;
    if (farewell !== undefined) return;
    const choice = choices[response] ?? "stay";
    if (choice === "stop" || choice === "leave") return leave(choice);
    wait(choice === "wait");
    endIfDone();
  }

  /** An engine that is away has not told that nothing works. */
  function endIfDone(): void {
    if (isWaiting && tally()?.working === 0) leave("end");
  }

  function isAnythingWorking(): boolean {
    return (tally()?.working ?? 0) > 0;
  }

  return {
    beforeQuit(event) {
      if (farewell !== undefined) return;
      if (!isAnythingWorking()) {
        farewell = "end";
        return;
      }
      event.preventDefault();
      if (!isAsking) void ask(tally()?.working ?? 0);
    },
    tallied: endIfDone,
    stay() {
      if (farewell === undefined) wait(false);
    },
    atOnce() {
      isHurried = true;
      leave("end");
    },
    get farewell() {
      return farewell;
    },
    get isWaiting() {
      return isWaiting;
    },
    get isHurried() {
      return isHurried;
    },
  };
}

function question(working: number) {
  const agents = working === 1 ? "One workstream is at work." : `${working} workstreams are at work.`;
  return {
    type: "question" as const,
    title: "Quit Coxswain",
    message: agents,
    detail: [
      "Wait: Coxswain quits when none of them works any more. One that asks you something does not count as working.",
      "Stop: each is stopped where it stands, and you can take it up again at the next start.",
      "Leave: a server without a window goes on with them in the background; turns under way are cut and taken up again " +
        "by it, and the next start of Coxswain attaches to it.",
      "In all cases nothing that was accepted is lost.",
    ].join("\n\n"),
    buttons: ["Wait Until They Are Done", "Stop Them", "Leave Them to a Background Server", "Do Not Quit"],
    defaultId: 0,
    cancelId: 3,
    noLink: true,
  };
}
