/** One claim as it was measured; what `--json` prints. */
export interface Row {
  /** What is claimed. */
  readonly row: string;
  /** Absent when it could not be measured here. */
  readonly value: number | null;
  readonly unit: string;
  readonly rival: string | null;
  /** In the unit of `value`. */
  readonly rivalValue: number | null;
  /** `value / rivalValue`. */
  readonly ratio: number | null;
  /** In words: a number with its unit, or a multiple of the rival. */
  readonly budget: string;
  readonly met: boolean;
  /** How it was measured, and why a budget is missed. */
  readonly note?: string;
}

/** The most or the least that a claim may come to: an amount in its unit, or a multiple of the rival at most. */
export type Budget = { readonly most: number } | { readonly least: number } | { readonly timesRival: number };

export interface Measured {
  readonly row: string;
  readonly unit: string;
  readonly value: number;
  readonly rival?: { readonly name: string; readonly value: number };
  readonly budget: Budget;
  readonly note?: string;
  /** Added to the note when the budget is missed. */
  readonly ifMissed?: string;
}

/** A measured claim, held against its budget. */
export function rowOf({ row, unit, value, rival, budget, note, ifMissed }: Measured): Row {
  const ratio = rival === undefined ? null : value / rival.value;
  const met = isMet(budget, value, ratio);
  const notes = [note, met ? undefined : ifMissed].filter((each) => each !== undefined);
  return {
    row,
    value: rounded(value),
    unit,
    rival: rival?.name ?? null,
    rivalValue: rival === undefined ? null : rounded(rival.value),
    ratio: ratio === null ? null : rounded(ratio),
    budget: budgetText(budget, unit),
    met,
    ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
  };
}

/** A claim that could not be measured here: missed, with the reason. */
export function unmeasured(row: string, unit: string, budget: Budget, why: string): Row {
  return {
    row,
    value: null,
    unit,
    rival: null,
    rivalValue: null,
    ratio: null,
    budget: budgetText(budget, unit),
    met: false,
    note: `not measured: ${why}`,
  };
}

function isMet(budget: Budget, value: number, ratio: number | null): boolean {
  if ("most" in budget) return value <= budget.most;
  if ("least" in budget) return value >= budget.least;
  return ratio !== null && ratio <= budget.timesRival;
}

function budgetText(budget: Budget, unit: string): string {
  if ("most" in budget) return `≤ ${budget.most} ${unit}`;
  return "least" in budget ? `≥ ${budget.least} ${unit}` : `≤ ${budget.timesRival} × rival`;
}

/** Three significant digits are more than a shared machine can repeat. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The rows as a table for people, each with its note below it. */
export function table(rows: readonly Row[]): string {
  const head = ["claim", "value", "rival", "ratio", "budget", "met"];
  const cells = rows.map((row) => [
    row.row,
    amount(row.value, row.unit),
    row.rival === null ? "" : `${amount(row.rivalValue, row.unit)}  ${row.rival}`,
    row.ratio === null ? "" : `${row.ratio} ×`,
    row.budget,
    row.met ? "yes" : "NO",
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((line) => (line[column] ?? "").length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    line(head),
    line(widths.map((width) => "─".repeat(width))),
    ...rows.flatMap((row, index) => [line(cells[index] ?? []), ...(row.note === undefined ? [] : [`  ${row.note}`])]),
  ].join("\n");
}

function amount(value: number | null, unit: string): string {
  return value === null ? "–" : `${value} ${unit}`;
}
