import { useEffect, type ReactNode } from "react";
import { explainRank } from "../../../contract/attention.ts";
import type { Offer, Request } from "../../../contract/requests.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { CommandId } from "../../../keys/table.ts";
import { decide, openSelected } from "../../keys/everywhere.ts";
import { takesWords } from "../../store/abilities.ts";
import { canAct, useApp, useDetail, useEngine, useStandings } from "../../store/app.ts";
import { ageInWords, counted } from "../../store/format.ts";
import { lastLines } from "../../store/last-lines.ts";
import { suggestedAnswer, type QueueRow } from "../../store/queue.ts";
import { whenInWords } from "../../store/queue-actions.ts";
import type { Standing } from "../../store/standing.ts";
import { Keys, KeysOf, VerbButton } from "../../ui/kbd.tsx";
import { KindMark } from "../../ui/kind-mark.tsx";
import { AskLine, AsWritten, MiddleEllipsis, Plain, WithCode } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Ask, useLook } from "../ask.tsx";
import { Rest, rests } from "../rest.tsx";
import { useForecastWords } from "../use-forecast-words.ts";
import { useNow } from "../use-now.ts";
import { FirstHunk } from "./first-hunk.tsx";
import "./queue-peek.css";

/** How long a row is selected before more of its workstream is read: one that is only passed costs nothing. */
const settleMs = 150;
const shownLines = 12;

/** What the kind of an item says already. */
const saidByKind: ReadonlySet<string> = new Set(["asks you", "blocked", "ready"]);

/** All that is needed to decide about the selected item, and nothing else. */
export function QueuePeek({ row, why }: { row: QueueRow | undefined; why: boolean }): ReactNode {
  const standing = useStandings().find(({ workstream }) => workstream.id === row?.item.workstreamId);
  const requestId = row?.item.requestId;
  const request = useEngine(({ fleet }) => (requestId === undefined ? undefined : fleet.requests[requestId]));
  useLook(standing);
  useDetailSoon(standing?.workstream.id);
  if (row === undefined) return <section className="queue-peek" aria-label="Nothing is selected" />;
  return (
    <section className="queue-peek" aria-label="What is needed to decide" data-region="peek" tabIndex={-1}>
      <div className="queue-peek-scroll">
        <Head row={row} standing={standing} />
        {why && <Why row={row} />}
        {row.gone ? (
          <p className="queue-told" role="status">
            {row.cost === "settled"
              ? "It no longer needs you: it was settled elsewhere, or by itself."
              : "It belongs to another split now."}{" "}
            <KeysOf command="apply-order" /> takes it off the list.
          </p>
        ) : (
          <Decision row={row} request={request} standing={standing} />
        )}
        {standing !== undefined && <Context key={standing.workstream.id} row={row} standing={standing} />}
      </div>
    </section>
  );
}

function Head({ row, standing }: { row: QueueRow; standing: Standing | undefined }): ReactNode {
  const now = useNow();
  const { item, name, number, cost, gone } = row;
  const snoozed = item.snoozedUntil !== undefined && item.snoozedUntil > now ? item.snoozedUntil : undefined;
  return (
    <header className="queue-head">
      <h2>
        {number !== undefined && <span className="queue-number">{number}</span>} <MiddleEllipsis text={name} />
      </h2>
      <KindMark kind={item.kind} gone={gone} />
      <span className="queue-since">
        needs you for {ageInWords(Math.max(0, now - item.at))}
        {gone ? "" : ` · ${cost}`}
        {snoozed !== undefined && ` · snoozed ${whenInWords(snoozed)}`}
      </span>
      {standing !== undefined && (
        <p className="queue-title">
          {!saidByKind.has(standing.status) && (
            <>
              <StatusMark status={standing.status} still={standing.still} />{" "}
            </>
          )}
          <WithCode text={standing.workstream.ticket.title} />
        </p>
      )}
    </header>
  );
}

/** The parts of its urgency, as the ranking adds them up. */
function Why({ row }: { row: QueueRow }): ReactNode {
  const now = useNow();
  const fleet = useEngine((state) => state.fleet);
  const { score, parts, snoozedUntil } = explainRank(row.item, fleet, now);
  return (
    <section className="queue-why" aria-label="Why it stands here" role="status">
      <ul>
        {parts.map(({ of, points, why }) => (
          <li key={of}>
            <span className="queue-points">{points}</span> {why}
          </li>
        ))}
        <li>
          <span className="queue-points">{score}</span> in all
          {snoozedUntil === undefined ? "" : ", behind everything that is not snoozed"}
        </li>
      </ul>
    </section>
  );
}

function Decision(props: { row: QueueRow; request: Request | undefined; standing: Standing | undefined }): ReactNode {
  const { row, request, standing } = props;
  if (request !== undefined && standing !== undefined) {
    const suggested = suggestedAnswer(request);
    return (
      <>
        <Ask key={request.id} workstream={standing.workstream} request={request} waiting={1} />
        {suggested !== undefined && (
          <p className="queue-told">
            Its author recommends <Keys binding={String(suggested.number)} /> <Plain text={suggested.label} />.
          </p>
        )}
        <Consequences request={request} />
      </>
    );
  }
  return (
    <>
      {standing !== undefined && <Rest standing={standing} />}
      {row.item.kind !== "ready" && (standing === undefined || !rests(standing.workstream)) && (
        <p className="queue-told">
          <AskLine kind={row.item.kind} text={row.ask} />
        </p>
      )}
      <Verbs row={row} standing={standing} />
    </>
  );
}

function Verbs({ row, standing }: { row: QueueRow; standing: Standing | undefined }): ReactNode {
  const app = useApp();
  const able = useEngine(canAct);
  const { kind, projectId, workstreamId } = row.item;
  if (!able) return null;
  return (
    <div className="queue-verbs">
      {kind === "consent" && projectId !== undefined && (
        <VerbButton label="Decide…" command="queue-open" tone="primary" onPress={() => decide(app, projectId)} />
      )}
      {kind === "conflict" && standing !== undefined && takesWords(standing.workstream) && (
        <VerbButton
          label="Have it rebased"
          command="resolve-conflict"
          tone="primary"
          onPress={() => void app.actions.resolveConflict(standing.workstream)}
        />
      )}
      {workstreamId !== undefined && (
        <VerbButton
          label={kind === "ready" ? "Read it all" : "Open"}
          binding="Enter"
          onPress={() => openSelected(app)}
        />
      )}
      {(kind === "ready" || kind === "policy" || kind === "conflict") && (
        <VerbButton label="Done" command="settle" onPress={() => void app.actions.settle([row])} />
      )}
    </div>
  );
}

const consequences: Readonly<Record<Offer, string>> = {
  accept: "It is done this once; the next one is asked again.",
  "accept-for-thread": "It and its like are done without asking, until this thread ends.",
  decline: "It is not done; the author is told, with your reason, and goes on another way.",
  cancel: "It is not done, and the turn ends; the workstream waits for your words.",
};

const offerCommands = {
  accept: "accept",
  "accept-for-thread": "accept-for-thread",
  decline: "decline",
  cancel: "cancel",
} as const satisfies Record<Offer, CommandId>;

/** What each answer will do. */
function Consequences({ request: { body } }: { request: Request }): ReactNode {
  if (body.kind === "question") {
    return (
      <p className="queue-told">
        {body.waits
          ? "The answer goes into the turn, which goes on with it at once."
          : "The answer reaches its author as its next words; it does not wait for them."}
      </p>
    );
  }
  return (
    <dl className="queue-consequences" aria-label="What each answer does">
      {body.offers.map((offer) => (
        <div key={offer}>
          <dt>
            <KeysOf command={offerCommands[offer]} />
          </dt>
          <dd>{consequences[offer]}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What was said last, and what changed, as far as the decision needs it. */
function Context({ row, standing }: { row: QueueRow; standing: Standing }): ReactNode {
  const { workstream } = standing;
  const merge = useForecastWords(workstream);
  const judged = row.item.kind === "ready" || row.item.kind === "harness" || row.item.kind === "conflict";
  return (
    <>
      {merge !== "" && (
        <p className="queue-told">
          <AsWritten text={merge} />
        </p>
      )}
      {judged && <FirstHunk workstream={workstream} />}
      {!judged && workstream.diff !== undefined && workstream.diff.files > 0 && <DiffLine workstream={workstream} />}
      <LastLines workstream={workstream} />
    </>
  );
}

function DiffLine({ workstream: { diff } }: { workstream: Workstream }): ReactNode {
  if (diff === undefined) return null;
  return (
    <p className="queue-diff">
      so far <span className="queue-added">+{diff.added}</span> <span className="queue-removed">−{diff.removed}</span>{" "}
      in {counted(diff.files, "file")}
    </p>
  );
}

function LastLines({ workstream: { id, line } }: { workstream: Workstream }): ReactNode {
  const detail = useDetail((state) => state.details[id]);
  const lines = detail === undefined ? [line] : lastLines(detail.items, shownLines);
  if (lines.length === 0 || lines[0] === "") return null;
  return (
    <section className="queue-last" aria-label="Last lines of the transcript">
      <h3>Last lines</h3>
      <ol>
        {lines.map((told, at) => (
          <li key={at}>
            <Plain text={told} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function useDetailSoon(id: string | undefined): void {
  const { mirror } = useApp();
  useEffect(() => {
    if (id === undefined) return undefined;
    let leave: (() => void) | undefined;
    const timer = setTimeout(() => (leave = mirror.watch(id)), settleMs);
    return () => {
      clearTimeout(timer);
      leave?.();
    };
  }, [mirror, id]);
}
