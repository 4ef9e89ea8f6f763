/** What a conditional model is given, as the words of a link: "rho", "quarter", "cols:1-5,8". */
import type { Condition } from "./config.ts";
import { CONDITION_KINDS, MAX_COLUMNS } from "./ranges.ts";

/** Columns counted from 1, runs joined: [0, 1, 2, 7] is "1-3,8". */
export function writeColumns(columns: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const column of columns) {
    const run = runs.at(-1);
    if (run && column === run.last + 1) run.last = column;
    else runs.push({ first: column, last: column });
  }
  return runs
    .map(({ first, last }) =>
      first === last
        ? String(first + 1)
        : `${String(first + 1)}-${String(last + 1)}`,
    )
    .join(",");
}

/**
 * Columns counted from 0, in the order written; null where the text is no such list. A run that
 * ends beyond every table is read up to one column too many, which is told as out of range.
 */
export function readColumns(text: string): number[] | null {
  const columns: number[] = [];
  for (const part of text.split(",")) {
    const run = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim());
    if (!run) return null;
    const first = Number(run[1]);
    const last = Number(run.at(2) ?? run[1]);
    if (last < first) return null;
    if (columns.length > 4 * MAX_COLUMNS) return null;
    columns.push(first - 1);
    const end = Math.min(last, Math.max(first, MAX_COLUMNS + 1));
    for (let column = first; column < end; column++) columns.push(column);
  }
  return columns;
}

export function writeCondition(condition: Condition): string {
  if (condition.kind === "columns")
    return `cols:${writeColumns(condition.columns)}`;
  return (
    CONDITION_KINDS.find(({ value }) => value === condition.kind)?.text ??
    condition.kind
  );
}

/** The plain value a text stands for, unchecked; the text itself where it cannot be read. */
export function readCondition(text: string): unknown {
  const [word, ...rest] = text.split(":");
  const kind = CONDITION_KINDS.find((option) => option.text === word)?.value;
  if (kind === undefined) return text;
  if (kind !== "columns") return rest.length === 0 ? { kind } : text;
  const columns = rest.length === 1 ? readColumns(rest[0]) : null;
  return columns ? { kind, columns } : text;
}
