/**
 * Runs in IndexedDB. A table of runs reads the summaries alone; series and tensors lie apart from
 * them, and what it takes to go on with a run apart from both.
 */
import {
  openDB,
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  type StoreNames,
} from "idb";
import {
  newestFirst,
  summaryOf,
  unfinishedSummaryOf,
  type RunEdit,
  type RunsDb,
} from "./runs-db.ts";
import {
  RUN_FORM,
  type RunRecord,
  type RunSummary,
  type UnfinishedRun,
  type UnfinishedSummary,
} from "./runs-protocol.ts";

const NAME = "collapse-lab";
const STORES = ["summaries", "bodies", "unfinished", "offers"] as const;

type Body = Pick<RunRecord, "id" | "series" | "tensors" | "tensorsStep">;

interface Schema extends DBSchema {
  summaries: { key: string; value: RunSummary };
  bodies: { key: string; value: Body };
  unfinished: { key: string; value: UnfinishedRun };
  /** Of `unfinished`, so that lists need not read arenas. */
  offers: { key: string; value: UnfinishedSummary };
}

type Upgrade = (
  db: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">,
) => void;

/** From each version to the next; a later one rewrites the records that are there, within its transaction. */
const STEPS: readonly Upgrade[] = [
  (db) => {
    for (const name of STORES) db.createObjectStore(name, { keyPath: "id" });
  },
];

/**
 * Opens the storage and brings what is in it to the present form.
 *
 * @throws Error, DOMException where the browser keeps nothing (private windows, blocked storage), or
 *   another page of this site holds an older form open or has made a newer one.
 */
export async function openRunsDb(): Promise<RunsDb> {
  if (STEPS.length !== RUN_FORM)
    throw new Error(
      `runs: form ${RUN_FORM} needs as many steps, got ${STEPS.length}`,
    );
  return new Promise((resolve, reject) => {
    openDB<Schema>(NAME, RUN_FORM, {
      upgrade: (db, from, _to, transaction) => {
        for (const step of STEPS.slice(from)) step(db, transaction);
      },
      blocked: () => {
        reject(
          new Error("an older version of this page is open in another window"),
        );
      },
      // A newer version of the page may go on; this one then says that it keeps nothing more.
      blocking: (_current, _wanted, event) => {
        (event.target as IDBDatabase).close();
      },
    }).then((db) => {
      resolve(new IndexedRunsDb(db));
    }, reject);
  });
}

class IndexedRunsDb implements RunsDb {
  readonly #db: IDBPDatabase<Schema>;

  constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  async summaries(): Promise<RunSummary[]> {
    return (await this.#db.getAll("summaries")).sort(newestFirst);
  }

  async load(id: string): Promise<RunRecord | null> {
    const transaction = this.#db.transaction(["summaries", "bodies"]);
    const [summary, body] = await Promise.all([
      transaction.objectStore("summaries").get(id),
      transaction.objectStore("bodies").get(id),
    ]);
    return summary && body ? { ...summary, ...body } : null;
  }

  put(record: RunRecord, unfinished?: UnfinishedRun | null): Promise<void> {
    const { id, series, tensors, tensorsStep } = record;
    return this.#write((store) => {
      store("summaries").put(summaryOf(record));
      store("bodies").put({ id, series, tensors, tensorsStep });
      if (unfinished) {
        store("unfinished").put(unfinished);
        store("offers").put(unfinishedSummaryOf(unfinished));
      } else if (unfinished === null) {
        store("unfinished").delete(id);
        store("offers").delete(id);
      }
    });
  }

  async edit(id: string, change: RunEdit): Promise<void> {
    const transaction = this.#db.transaction("summaries", "readwrite");
    const summary = await transaction.store.get(id);
    if (summary) await transaction.store.put({ ...summary, ...change });
    await transaction.done;
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#write((store) => {
      for (const id of ids) for (const name of STORES) store(name).delete(id);
    });
  }

  unfinished(): Promise<UnfinishedSummary[]> {
    return this.#db.getAll("offers");
  }

  async loadUnfinished(id: string): Promise<UnfinishedRun | null> {
    return (await this.#db.get("unfinished", id)) ?? null;
  }

  async markOffered(id: string): Promise<void> {
    const transaction = this.#db.transaction("offers", "readwrite");
    const offer = await transaction.store.get(id);
    if (offer) await transaction.store.put({ ...offer, offered: true });
    await transaction.done;
  }

  dropUnfinished(ids: readonly string[]): Promise<void> {
    return this.#write((store) => {
      for (const id of ids) {
        store("unfinished").delete(id);
        store("offers").delete(id);
      }
    });
  }

  /** Asks for everything at once and commits: a page that is being left has no later. */
  async #write(ask: (store: StoreOf) => void): Promise<void> {
    const transaction = this.#db.transaction(STORES, "readwrite", {
      durability: "relaxed",
    });
    // What fails of it is told once, by the transaction.
    const quiet = (request: Promise<unknown>): void => {
      request.catch(() => undefined);
    };
    ask((name) => {
      const store = transaction.objectStore(name);
      return {
        put: (value) => {
          quiet(store.put(value));
        },
        delete: (id) => {
          quiet(store.delete(id));
        },
      };
    });
    transaction.commit();
    await transaction.done;
  }
}

type StoreName = (typeof STORES)[number];
type StoreOf = <Name extends StoreName>(
  name: Name,
) => {
  put(value: Schema[Name]["value"]): void;
  delete(id: string): void;
};
