/** Keeps the runs of a page: its storage, its coming and going, and what it finds on coming back. */
import type { LabStore } from "./client.ts";
import { openRunsDb } from "./runs-idb.ts";
import { RunKeeper } from "./runs-keeper.ts";
import { RunList } from "./runs-list.ts";
import type { Runs, UnfinishedSummary } from "./runs-protocol.ts";
import { RunsStorage } from "./runs-storage.ts";

/** Where a tab remembers the run that a reload would cut off: "id #address". `page-store.ts` reads it, too. */
const UNDER_WAY = "collapse-lab-run";

/**
 * Keeps this store's runs from now on, and asks about one that was cut off: that of this tab, else
 * the latest of a page that is gone.
 *
 * @param waiting the tab was training what its address says: without a run to go on with, it plays
 */
export async function keepRuns(
  store: LabStore,
  waiting: boolean,
): Promise<Runs> {
  const before = underWay();
  const storage = new RunsStorage(openRunsDb, (trouble) => {
    list.trouble(trouble);
  });
  const list: RunList = new RunList(storage, store);
  const unfinished = await storage.unfinished();
  await list.read();
  const page = newId();
  const gone = await whoIsGone();
  const keeper = new RunKeeper(store, list, {
    now: () => performance.timeOrigin + performance.now(),
    newId,
    page,
    remember,
  });
  const release = holdLock(page);
  addEventListener("pagehide", () => {
    keeper.flush();
    release();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) void keeper.keepNow();
  });
  const known = unfinished.filter(({ id }) => list.state.unfinished.has(id));
  const own = known.find(({ id }) => id === before);
  const offer = own ?? known.find((one) => !one.offered && gone(one));
  if (offer) await list.offer(offer);
  if (waiting && !own) await store.play();
  return list;
}

function newId(): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** The id of that run. */
function underWay(): string | undefined {
  try {
    return sessionStorage.getItem(UNDER_WAY)?.split(" ")[0];
  } catch {
    return undefined; // blocked
  }
}

function remember(id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(UNDER_WAY);
    else sessionStorage.setItem(UNDER_WAY, `${id} ${location.hash}`);
  } catch {
    // Blocked: after a reload the run is asked about all the same, once its page is known to be gone.
  }
}

const lockOf = (page: string): string => `collapse-lab-page:${page}`;

/** Others see that this page lives by a lock that it holds. Returns the release. */
function holdLock(page: string): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Missing where the page is not served securely.
  const locks = navigator.locks as LockManager | undefined;
  void locks?.request(lockOf(page), () => held).catch(() => undefined);
  return release;
}

/** Tells runs of pages that are gone from those of other windows. */
async function whoIsGone(): Promise<(run: UnfinishedSummary) => boolean> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return () => false;
  const { held = [] } = await locks.query();
  const alive = new Set(held.map(({ name }) => name));
  return ({ page }) => !alive.has(lockOf(page));
}
