import { ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";
import type { PastTurn } from "../agent.ts";
import type { Connection } from "./connection.ts";
import { methods, threadTurnsResultSchema, wordsSentSchema } from "./protocol.ts";
import type { WireTurn } from "./protocol.ts";
import { strange } from "./thread.ts";
import { outcomeOf } from "./translate.ts";

const pageSize = 50;
/** Turns further back decide nothing: recovery asks what became of the newest ones. */
const pages = 10;
const pageMs = 30_000;

/** What the agent remembers of a thread, oldest turn first. */
export async function readHistory(connection: Connection, threadId: string): Promise<Result<readonly PastTurn[]>> {
  const newestFirst: PastTurn[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const answer = await connection.request(
      methods.threadTurns,
      {
        threadId,
        limit: pageSize,
        sortDirection: "desc",
        itemsView: "summary",
        ...(cursor === undefined ? {} : { cursor }),
      },
      pageMs,
    );
    if (!answer.ok) return answer;
    const parsed = threadTurnsResultSchema.safeParse(answer.value);
    if (!parsed.success) return strange(parsed.error);
    newestFirst.push(...parsed.data.data.map(pastTurn));
    cursor = parsed.data.nextCursor ?? undefined;
    if (cursor === undefined) break;
  }
  return ok(newestFirst.toReversed());
}

function pastTurn(turn: WireTurn): PastTurn {
  const clientIds = (turn.items ?? []).flatMap(clientIdOf);
  return { agentTurnId: turn.id, status: outcomeOf(turn.status), clientIds };
}

function clientIdOf(item: unknown): readonly string[] {
  const words = wordsSentSchema.safeParse(item);
  return words.success ? [words.data.clientId] : [];
}
