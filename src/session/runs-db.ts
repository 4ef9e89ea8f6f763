/** Where runs are kept: the interface of a storage, and one in memory, for tests and where there is no other. */
import type {
  RunRecord,
  RunSummary,
  UnfinishedRun,
  UnfinishedSummary,
} from "./runs-protocol.ts";

/** What a visitor sets on a kept run. */
export type RunEdit = Partial<Pick<RunSummary, "name" | "pin">>;

/**
 * Runs by id. Calls that write begin at once, before they return: a page that is being left may
 * make one as its last act.
 */
export interface RunsDb {
  /** Newest first. */
  summaries(): Promise<RunSummary[]>;
  load(id: string): Promise<RunRecord | null>;
  /** Writes a run, new or known, and what it takes to go on with it: null takes that away, undefined leaves it. */
  put(record: RunRecord, unfinished?: UnfinishedRun | null): Promise<void>;
  edit(id: string, change: RunEdit): Promise<void>;
  /** Removes runs and what it takes to go on with them. */
  remove(ids: readonly string[]): Promise<void>;
  unfinished(): Promise<UnfinishedSummary[]>;
  loadUnfinished(id: string): Promise<UnfinishedRun | null>;
  /** Asked about once: not again. */
  markOffered(id: string): Promise<void>;
  /** Takes away what it takes to go on; the runs stay. */
  dropUnfinished(ids: readonly string[]): Promise<void>;
}

/** The part of a record that a table shows. */
export function summaryOf(record: RunRecord): RunSummary {
  const { series: _series, tensors: _tensors, ...rest } = record;
  const { tensorsStep: _step, ...summary } = rest;
  return summary;
}

export function unfinishedSummaryOf(run: UnfinishedRun): UnfinishedSummary {
  const { id, link, steps, page, offered, saved } = run;
  return { id, link, steps, page, offered, step: saved.step };
}

export const newestFirst = (
  a: Pick<RunSummary, "began">,
  b: Pick<RunSummary, "began">,
): number => b.began - a.began;

/** Lasts as long as the page. */
export class MemoryRunsDb implements RunsDb {
  readonly #records = new Map<string, RunRecord>();
  readonly #unfinished = new Map<string, UnfinishedRun>();

  summaries(): Promise<RunSummary[]> {
    const all = [...this.#records.values()].map(summaryOf);
    return Promise.resolve(all.sort(newestFirst));
  }

  load(id: string): Promise<RunRecord | null> {
    return Promise.resolve(this.#records.get(id) ?? null);
  }

  put(record: RunRecord, unfinished?: UnfinishedRun | null): Promise<void> {
    this.#records.set(record.id, record);
    if (unfinished) this.#unfinished.set(record.id, unfinished);
    if (unfinished === null) this.#unfinished.delete(record.id);
    return Promise.resolve();
  }

  edit(id: string, change: RunEdit): Promise<void> {
    const record = this.#records.get(id);
    if (record) this.#records.set(id, { ...record, ...change });
    return Promise.resolve();
  }

  remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#records.delete(id);
    return this.dropUnfinished(ids);
  }

  unfinished(): Promise<UnfinishedSummary[]> {
    return Promise.resolve(
      [...this.#unfinished.values()].map(unfinishedSummaryOf),
    );
  }

  loadUnfinished(id: string): Promise<UnfinishedRun | null> {
    return Promise.resolve(this.#unfinished.get(id) ?? null);
  }

  markOffered(id: string): Promise<void> {
    const run = this.#unfinished.get(id);
    if (run) this.#unfinished.set(id, { ...run, offered: true });
    return Promise.resolve();
  }

  dropUnfinished(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#unfinished.delete(id);
    return Promise.resolve();
  }
}
