import type { ReactNode } from "react";
import { spentBetween, type RateLimit, type TurnFacts, type Usage } from "../../contract/usage.ts";
import { Plain } from "./plain.tsx";
import "./usage-view.css";

export interface UsageViewProps {
  readonly usage: Usage;
  readonly limits: readonly RateLimit[];
  readonly compact: (count: number) => string;
  readonly took: (ms: number) => string;
  readonly clock: (at: number) => string;
}

/** What a workstream cost: its tokens, its time, and the human's. Each bar stands beside the number it draws. */
export function UsageView(props: UsageViewProps): ReactNode {
  const { usage, limits } = props;
  return (
    <div className="usage" tabIndex={0} role="region" aria-label="Usage">
      <Budget {...props} />
      <Time {...props} />
      <Human {...props} />
      {limits.length > 0 && (
        <section>
          <h2>Rate limits</h2>
          <table>
            <tbody>
              {limits.map(({ name, usedPercent, resetsAt }) => (
                <tr key={name}>
                  <th scope="row">
                    <Plain text={name} />
                  </th>
                  <td>{Math.round(usedPercent)} % used</td>
                  <td>
                    <Bar part={usedPercent / 100} />
                  </td>
                  <td>{resetsAt === undefined ? "" : `until ${props.clock(resetsAt)}`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {usage.turns.length > 0 && <Turns {...props} />}
    </div>
  );
}

function Budget({ usage: { spent, budget }, compact }: UsageViewProps): ReactNode {
  const { input, cached, output, total } = spent.tokens;
  const kinds = [
    { name: "read anew", count: Math.max(0, input - cached) },
    { name: "read from the cache", count: cached },
    { name: "written", count: output },
  ];
  return (
    <section>
      <h2>Tokens</h2>
      <table>
        <tbody>
          {kinds.map(({ name, count }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td title={`${String(count)} tokens`}>{compact(count)}</td>
              <td>
                <Bar part={total === 0 ? 0 : count / total} />
              </td>
              <Nothing />
            </tr>
          ))}
          <Limit name="all" used={total} of={budget.tokens} say={compact} />
          <Limit name="minutes of work" used={spent.minutes} of={budget.minutes} say={(count) => count.toFixed(1)} />
          {spent.money !== undefined && (
            <Limit name="money" used={spent.money} of={budget.money} say={(count) => count.toFixed(2)} />
          )}
        </tbody>
      </table>
    </section>
  );
}

function Limit(props: {
  name: string;
  used: number;
  of: number | undefined;
  say: (count: number) => string;
}): ReactNode {
  const { name, used, of, say } = props;
  return (
    <tr className="usage-sum">
      <th scope="row">{name}</th>
      <td>{say(used)}</td>
      <td>{of !== undefined && <Bar part={used / of} tone={used >= of * 0.9 ? "high" : "plain"} />}</td>
      <td>{of === undefined ? "no limit" : `of ${say(of)}`}</td>
    </tr>
  );
}

const phaseNames: Readonly<Record<string, string>> = {
  asking: "waiting for you",
  ready: "ready, waiting for you",
  gating: "being judged",
};

function Time({ usage: { phases, since }, took, clock }: UsageViewProps): ReactNode {
  const all = phases.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <section>
      <h2>Time</h2>
      {phases.length === 0 ? (
        <p className="usage-quiet">Nothing is on record yet.</p>
      ) : (
        <table>
          <tbody>
            {phases.map(({ phase, ms }) => (
              <tr key={phase}>
                <th scope="row">{phaseNames[phase] ?? phase}</th>
                <td>{took(ms)}</td>
                <td>
                  <Bar part={all === 0 ? 0 : ms / all} />
                </td>
                <Nothing />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {since !== undefined && <p className="usage-quiet">On record since {clock(since)}.</p>}
    </section>
  );
}

function Human({ usage: { human }, took }: UsageViewProps): ReactNode {
  const { focusedMs, commands, continues } = human;
  const most = Math.max(1, ...commands.map(({ count }) => count));
  return (
    <section>
      <h2>You</h2>
      <p>
        {took(focusedMs)} of your attention.{" "}
        {continues === 0
          ? "It never had to be told no more than to go on."
          : `It had to be told no more than to go on ${continues === 1 ? "once" : `${String(continues)} times`}.`}
      </p>
      {commands.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">what you did</th>
              <th scope="col">times</th>
              <Nothing />
              <th scope="col">attention</th>
            </tr>
          </thead>
          <tbody>
            {commands.map(({ name, count, focusedMs: spent }) => (
              <tr key={name}>
                <th scope="row">{name.replace(/^workstream\./, "")}</th>
                <td>{count}</td>
                <td>
                  <Bar part={count / most} />
                </td>
                <td>{took(spent)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Turns({ usage: { turns, moreTurns }, compact, took }: UsageViewProps): ReactNode {
  const rows = turns.map((turn) => ({ turn, tokens: tokensOf(turn) })).toReversed();
  const most = Math.max(1, ...rows.map(({ tokens }) => tokens ?? 0));
  return (
    <section>
      <h2>Turns</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">turn</th>
            <th scope="col">tokens</th>
            <Nothing />
            <th scope="col">time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ turn, tokens }) => (
            <tr key={turn.id}>
              <th scope="row">
                {turn.number} <span className="usage-quiet">{turn.outcome ?? "running"}</span>
              </th>
              <td>{tokens === undefined ? "not on record" : compact(tokens)}</td>
              <td>{tokens !== undefined && <Bar part={tokens / most} />}</td>
              <td>{turn.endedAt === undefined ? "" : took(Math.max(0, turn.endedAt - turn.openedAt))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {moreTurns && <p className="usage-quiet">Earlier turns are in the sums only.</p>}
    </section>
  );
}

function tokensOf({ before, after }: TurnFacts): number | undefined {
  return before === undefined || after === undefined ? undefined : spentBetween(before, after).tokens.total;
}

/** A cell that stands empty, or above drawings. */
function Nothing(): ReactNode {
  return <td aria-hidden />;
}

/** A drawing of the number beside it; whoever reads the table has that. */
function Bar({ part, tone = "plain" }: { part: number; tone?: "plain" | "high" }): ReactNode {
  const width = `${String(Math.round(Math.min(1, Math.max(0, part)) * 1_000) / 10)}%`;
  return (
    <span className="usage-bar" data-tone={tone} aria-hidden>
      <span style={{ width }} />
    </span>
  );
}
