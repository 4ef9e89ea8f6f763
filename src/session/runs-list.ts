/** The runs of this browser as the page knows them: renames, pins, deletions that can be undone, and going on. */
import type { Notice } from "../experiment/config.ts";
import { newestFirst, summaryOf, type RunEdit } from "./runs-db.ts";
import type { RunsDb } from "./runs-db.ts";
import {
  MOST_PINNED,
  type RunRecord,
  type Runs,
  type RunsState,
  type RunSummary,
  type StorageTrouble,
  type UnfinishedRun,
  type UnfinishedSummary,
} from "./runs-protocol.ts";
import type { LabState } from "./store.ts";

/** Runs that can be gone on with; of older ones the record alone stays. */
const MOST_UNFINISHED = 3;

/** What the list asks of the page's store. */
export interface RunsPage {
  readonly state: Pick<LabState, "link" | "step" | "runs">;
  tell(notice: Notice): void;
  setRuns(runs: number): void;
  open(link: string): Promise<void>;
  play(): Promise<void>;
  resume(run: UnfinishedRun): Promise<void>;
}

interface Deleted {
  readonly record: RunRecord;
  readonly unfinished: UnfinishedRun | null;
}

export class RunList implements Runs {
  readonly #db: RunsDb;
  readonly #page: RunsPage;
  readonly #listeners = new Set<(state: RunsState) => void>();
  #state: RunsState = {
    runs: [],
    current: null,
    unfinished: new Map(),
    offered: null,
    trouble: null,
    deleted: [],
  };
  #deleted: readonly Deleted[] = [];
  /** What the visitor changed and is being written, by run. */
  readonly #edits = new Map<string, RunEdit>();
  #lastEdit: Promise<void> = Promise.resolve();
  /** Deleted while it trained: what comes of it is not kept. */
  #unwanted: string | null = null;
  /** Set by who watches the run: writes it as it stands, and takes over a run that is gone on with. */
  flush: () => Promise<void> = () => Promise.resolve();
  adopt: (id: string | null) => void = () => undefined;

  constructor(db: RunsDb, page: RunsPage) {
    this.#db = db;
    this.#page = page;
  }

  get state(): RunsState {
    return this.#state;
  }

  subscribe(listener: (state: RunsState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads what is kept. */
  async read(): Promise<void> {
    const [runs, unfinished] = await Promise.all([
      this.#db.summaries(),
      this.#db.unfinished(),
    ]);
    const known = new Map(runs.map(({ id, began }) => [id, began]));
    const stale = unfinished
      .sort((a, b) => (known.get(b.id) ?? 0) - (known.get(a.id) ?? 0))
      .filter(({ id }, index) => index >= MOST_UNFINISHED || !known.has(id));
    await this.#db.dropUnfinished(stale.map(({ id }) => id));
    this.#set({
      runs,
      unfinished: new Map(
        unfinished
          .filter((one) => !stale.includes(one))
          .map(({ id, step }) => [id, step]),
      ),
    });
  }

  /** What the storage has to say. */
  trouble(trouble: StorageTrouble | null): void {
    this.#set({ trouble });
    if (trouble?.kind === "full")
      this.#page.tell({ code: "run", message: trouble.message });
  }

  /** The run that is open. */
  current(id: string | null): void {
    if (id !== this.#state.current) this.#set({ current: id });
  }

  /** Keeps a run as it stands; its name and pin are the visitor's once it is known. */
  async put(
    given: RunRecord,
    unfinished?: UnfinishedRun | null,
  ): Promise<void> {
    const { id } = given;
    if (id === this.#unwanted) return;
    const known = this.#find(id);
    const record = known
      ? {
          ...given,
          name: known.name,
          pin: known.pin,
          ...this.#edits.get(id),
        }
      : given;
    const others = this.#state.runs.filter((one) => one.id !== id);
    const steps = new Map(this.#state.unfinished);
    if (unfinished) steps.set(id, unfinished.saved.step);
    else if (unfinished === null) steps.delete(id);
    const written = this.#db.put(record, unfinished);
    this.#set({
      runs: [...others, summaryOf(record)].sort(newestFirst),
      unfinished: steps,
    });
    await written;
  }

  load(id: string): Promise<RunRecord | null> {
    return this.#db.load(id);
  }

  async rename(id: string, name: string): Promise<void> {
    const words = name.trim();
    if (words) await this.#edit(id, () => ({ name: words }));
  }

  async pin(id: string, on: boolean): Promise<boolean> {
    return this.#edit(id, () => {
      if (!on) return { pin: null };
      const taken = this.#state.runs.map(({ pin }) => pin);
      const pin = Array.from({ length: MOST_PINNED }, (_, i) => i + 1).find(
        (number) => !taken.includes(number),
      );
      return pin === undefined ? null : { pin };
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (this.#state.current !== null && ids.includes(this.#state.current))
      await this.flush();
    const deleted: Deleted[] = [];
    for (const id of ids) {
      const record = await this.#db.load(id);
      const unfinished = await this.#db.loadUnfinished(id);
      if (record) deleted.push({ record, unfinished });
    }
    if (this.#state.current !== null && ids.includes(this.#state.current))
      this.#unwanted = this.#state.current;
    this.#deleted = deleted;
    const gone = new Set(ids);
    this.#set({
      runs: this.#state.runs.filter(({ id }) => !gone.has(id)),
      unfinished: new Map(
        [...this.#state.unfinished].filter(([id]) => !gone.has(id)),
      ),
      deleted: deleted.map(({ record }) => summaryOf(record)),
    });
    await this.#db.remove(ids);
  }

  async undo(): Promise<void> {
    const again = this.#deleted;
    this.forget();
    this.#unwanted = null;
    const taken = new Set(this.#state.runs.map(({ pin }) => pin));
    for (const { record, unfinished } of again) {
      const pin = taken.has(record.pin) ? null : record.pin;
      await this.put({ ...record, pin }, unfinished ?? undefined);
    }
  }

  forget(): void {
    this.#deleted = [];
    this.#set({ deleted: [] });
  }

  async open(id: string): Promise<void> {
    const run = this.#find(id);
    if (!run) return;
    await this.#page.open(run.link);
    await this.#page.play();
  }

  /** Asks about a run that was cut off. */
  async offer({ id, step, steps, link }: UnfinishedSummary): Promise<void> {
    this.#set({ offered: id });
    const name = link === this.#page.state.link ? "" : this.#find(id)?.name;
    const which = name ? `The run “${name}”` : "The run";
    this.#page.tell({
      code: "run",
      message: `${which} at step ${step} of ${steps} was interrupted.`,
      action: "resume",
    });
    await this.#db.markOffered(id);
  }

  async resume(id = this.#state.offered ?? ""): Promise<boolean> {
    await this.flush();
    const run = await this.#db.loadUnfinished(id);
    if (!run) return false;
    this.#set({ offered: null });
    this.adopt(id);
    await this.#page.resume(run);
    const goesOn = this.#page.state.step >= run.saved.step;
    if (!goesOn) this.adopt(null);
    await this.#page.play();
    return goesOn;
  }

  keepNow(): Promise<void> {
    return this.flush();
  }

  #find(id: string): RunSummary | undefined {
    return this.#state.runs.find((run) => run.id === id);
  }

  /**
   * Shows a change once it is kept, as a page may be left as soon as it shows; one after the other.
   *
   * @param ask the change to the list as it is then; null: none
   */
  #edit(id: string, ask: () => RunEdit | null): Promise<boolean> {
    const edit = this.#lastEdit.then(async () => {
      const change = ask();
      if (!change) return false;
      this.#edits.set(id, change);
      await this.#db.edit(id, change).finally(() => this.#edits.delete(id));
      this.#set({
        runs: this.#state.runs.map((run) =>
          run.id === id ? { ...run, ...change } : run,
        ),
      });
      return true;
    });
    this.#lastEdit = edit.then(
      () => undefined,
      () => undefined,
    );
    return edit;
  }

  #set(change: Partial<RunsState>): void {
    this.#state = { ...this.#state, ...change };
    const { length } = this.#state.runs;
    if (change.runs && length !== this.#page.state.runs)
      this.#page.setRuns(length);
    for (const listener of [...this.#listeners]) listener(this.#state);
  }
}
