/**
 * The browser's storage as long as it works, and memory where it does not: trouble is said in
 * words and costs nothing that the storage has already.
 */
import { MemoryRunsDb, newestFirst, type RunEdit } from "./runs-db.ts";
import type { RunsDb } from "./runs-db.ts";
import type {
  RunRecord,
  RunSummary,
  StorageTrouble,
  UnfinishedRun,
  UnfinishedSummary,
} from "./runs-protocol.ts";

export class RunsStorage implements RunsDb {
  readonly #memory = new MemoryRunsDb();
  readonly #db: Promise<RunsDb | null>;
  readonly #onTrouble: (trouble: StorageTrouble | null) => void;
  /** The same once it is open: the last act of a page cannot wait. */
  #open: RunsDb | null = null;
  #trouble: StorageTrouble | null = null;

  /** @param open the browser's storage; what it throws is told */
  constructor(
    open: () => Promise<RunsDb>,
    onTrouble: (trouble: StorageTrouble | null) => void,
  ) {
    this.#onTrouble = onTrouble;
    this.#db = open().then(
      (db) => (this.#open = db),
      (error: unknown) => {
        this.#tell(blocked(error));
        return null;
      },
    );
  }

  async summaries(): Promise<RunSummary[]> {
    const kept = await this.#read((db) => db.summaries(), []);
    const here = await this.#memory.summaries();
    return [
      ...here,
      ...kept.filter(({ id }) => !here.some((one) => one.id === id)),
    ].sort(newestFirst);
  }

  async load(id: string): Promise<RunRecord | null> {
    return (
      (await this.#memory.load(id)) ?? this.#read((db) => db.load(id), null)
    );
  }

  async put(
    record: RunRecord,
    unfinished?: UnfinishedRun | null,
  ): Promise<void> {
    const db = this.#open ?? (await this.#db);
    if (!db) return this.#memory.put(record, unfinished);
    try {
      await db.put(record, unfinished);
      await this.#memory.remove([record.id]);
      if (this.#trouble) await this.#moveIn(db);
    } catch (error) {
      await this.#memory.put(record, unfinished);
      this.#tell(isFull(error) ? full() : blocked(error));
    }
  }

  async edit(id: string, change: RunEdit): Promise<void> {
    await this.#memory.edit(id, change);
    await this.#write((db) => db.edit(id, change));
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#memory.remove(ids);
    await this.#write((db) => db.remove(ids));
    // There may be room now.
    if (this.#open && this.#trouble) await this.#moveIn(this.#open);
  }

  async unfinished(): Promise<UnfinishedSummary[]> {
    const kept = await this.#read((db) => db.unfinished(), []);
    const here = await this.#memory.unfinished();
    return [
      ...here,
      ...kept.filter(({ id }) => !here.some((one) => one.id === id)),
    ];
  }

  async loadUnfinished(id: string): Promise<UnfinishedRun | null> {
    return (
      (await this.#memory.loadUnfinished(id)) ??
      this.#read((db) => db.loadUnfinished(id), null)
    );
  }

  async markOffered(id: string): Promise<void> {
    await this.#memory.markOffered(id);
    await this.#write((db) => db.markOffered(id));
  }

  async dropUnfinished(ids: readonly string[]): Promise<void> {
    await this.#memory.dropUnfinished(ids);
    await this.#write((db) => db.dropUnfinished(ids));
  }

  /** Brings what memory holds to the storage; what still does not fit stays. */
  async #moveIn(db: RunsDb): Promise<void> {
    try {
      for (const { id } of await this.#memory.summaries()) {
        const record = await this.#memory.load(id);
        const unfinished = await this.#memory.loadUnfinished(id);
        if (record) await db.put(record, unfinished ?? undefined);
        await this.#memory.remove([id]);
      }
      this.#tell(null);
    } catch (error) {
      this.#tell(isFull(error) ? full() : blocked(error));
    }
  }

  async #read<T>(ask: (db: RunsDb) => Promise<T>, none: T): Promise<T> {
    const db = this.#open ?? (await this.#db);
    if (!db) return none;
    try {
      return await ask(db);
    } catch (error) {
      this.#tell(blocked(error));
      return none;
    }
  }

  async #write(ask: (db: RunsDb) => Promise<void>): Promise<void> {
    const db = this.#open ?? (await this.#db);
    if (!db) return;
    try {
      await ask(db);
    } catch (error) {
      this.#tell(isFull(error) ? full() : blocked(error));
    }
  }

  #tell(trouble: StorageTrouble | null): void {
    if (trouble?.message === this.#trouble?.message) return;
    this.#trouble = trouble;
    this.#onTrouble(trouble);
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

function full(): StorageTrouble {
  return {
    kind: "full",
    message:
      "This browser has no more room for runs. Those it has are safe; new ones last until this page is closed. Delete some to make room.",
  };
}

function blocked(error: unknown): StorageTrouble {
  const why = error instanceof Error ? error.message : String(error);
  const newer = error instanceof Error && error.name === "VersionError";
  return {
    kind: "blocked",
    message: newer
      ? "The runs in this browser were kept by a newer version of this page: reload to see them. Until then runs last until this page is closed."
      : `This browser keeps nothing for this page (${why.replace(/\.$/, "")}). Runs last until this page is closed; links and exports keep them longer.`,
  };
}
