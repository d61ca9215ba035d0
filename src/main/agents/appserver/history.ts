import { ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";
import type { PastTurn } from "../agent.ts";
import type { Connection } from "./connection.ts";
import { methods, threadItemsResultSchema, threadTurnsResultSchema, wordsSentSchema } from "./protocol.ts";
import type { WireTurn } from "./protocol.ts";
import { strange } from "./thread.ts";
import { outcomeOf } from "./translate.ts";

const pageSize = 50;
/** Turns further back decide nothing: recovery asks what became of the newest ones. */
const turnPages = 10;
const itemPages = 20;
const pageMs = 30_000;

/** What the agent remembers of a thread, oldest turn first. */
export async function readHistory(connection: Connection, threadId: string): Promise<Result<readonly PastTurn[]>> {
  const newestFirst: PastTurn[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < turnPages; page++) {
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
  const [newest, ...older] = newestFirst;
  if (newest === undefined) return ok([]);
  const clientIds = await allClientIds(connection, threadId, newest);
  return ok([...older.toReversed(), { ...newest, clientIds }]);
}

/** A turn's summary holds the words that opened it and not those added later; of the newest turn they are wanted as well. */
async function allClientIds(connection: Connection, threadId: string, turn: PastTurn): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < itemPages; page++) {
    const answer = await connection.request(
      methods.threadItems,
      {
        threadId,
        turnId: turn.agentTurnId,
        limit: pageSize,
        deferOutput: { commandExecution: true, mcpToolCall: true },
        ...(cursor === undefined ? {} : { cursor }),
      },
      pageMs,
    );
    const parsed = threadItemsResultSchema.safeParse(answer.ok ? answer.value : undefined);
    if (!parsed.success) return turn.clientIds;
    found.push(...parsed.data.data.flatMap((entry) => clientIdOf(entry.item)));
    cursor = parsed.data.nextCursor ?? undefined;
    if (cursor === undefined) break;
  }
  return [...new Set([...turn.clientIds, ...found])];
}

function pastTurn(turn: WireTurn): PastTurn {
  const clientIds = (turn.items ?? []).flatMap(clientIdOf);
  return { agentTurnId: turn.id, status: outcomeOf(turn.status), clientIds };
}

function clientIdOf(item: unknown): readonly string[] {
  const words = wordsSentSchema.safeParse(item);
  return words.success ? [words.data.clientId] : [];
}
