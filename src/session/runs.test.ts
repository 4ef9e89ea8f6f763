import { expect, test } from "@playwright/test";
import type { Notice } from "../experiment/config.ts";
import { writeLink } from "../experiment/link.ts";
import { changeSettings, DEFAULT_CONFIG } from "../experiment/schema.ts";
import { MemoryRunsDb } from "./runs-db.ts";
import { RunKeeper } from "./runs-keeper.ts";
import { RunList } from "./runs-list.ts";
import type { RunRecord, SavedState, UnfinishedRun } from "./runs-protocol.ts";
import { RunsStorage } from "./runs-storage.ts";
import { keepSeries, thinned, thumbnail } from "./runs-summary.ts";
import { changesBetween, defaultName } from "./runs-words.ts";
import { SeriesBuffer } from "./series.ts";
import { freshState } from "./store-state.ts";
import type { LabState } from "./store.ts";

function record(id: string, change: Partial<RunRecord> = {}): RunRecord {
  return {
    form: 1,
    id,
    name: id,
    link: writeLink(DEFAULT_CONFIG),
    preset: null,
    changed: null,
    changes: [],
    began: Number(id.replace(/\D/g, "")),
    seconds: 1,
    step: 10,
    steps: 100,
    seed: 7,
    engine: null,
    finished: false,
    lanes: [],
    pin: null,
    series: [],
    tensors: null,
    tensorsStep: null,
    ...change,
  };
}

const SAVED: SavedState = {
  step: 10,
  engine: "cpu",
  adapter: "float64 on the CPU",
  arenas: [new Float64Array([1, 2])],
  stopped: [],
  check: 1,
  tensors: [],
};

function unfinished(id: string): UnfinishedRun {
  const link = writeLink(DEFAULT_CONFIG);
  return {
    ...{ form: 1, id, link, steps: 100, saved: SAVED, series: [] },
    ...{ page: "p", offered: false },
  };
}

/** The page's store, its worker's answers and its clock in a test's hands. */
class FakePage {
  state: LabState = freshState(DEFAULT_CONFIG, [], null, "");
  series = [new SeriesBuffer(), new SeriesBuffer()];
  opened: string[] = [];
  resumed: string[] = [];
  saved: SavedState | null = SAVED;
  goesOn = true;
  readonly #listeners = new Set<(state: LabState) => void>();

  subscribe(listener: (state: LabState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  told: string[] = [];
  tell({ message }: Notice): void {
    this.told.push(message);
  }
  setRuns(runs: number): void {
    this.show({ runs });
  }
  show(change: Partial<LabState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.#listeners]) listener(this.state);
  }
  save(): Promise<SavedState | null> {
    return Promise.resolve(this.saved);
  }
  open(link: string): Promise<void> {
    this.opened.push(link);
    return Promise.resolve();
  }
  play(): Promise<void> {
    return Promise.resolve();
  }
  resume(run: UnfinishedRun): Promise<void> {
    this.resumed.push(run.id);
    this.show({ status: "loading", step: 0 });
    this.show({ status: "idle", step: this.goesOn ? run.saved.step : 0 });
    return Promise.resolve();
  }
  /** Trains to `step`: every step's loss is its number. */
  train(step: number, status: LabState["status"] = "paused"): void {
    this.show({ status: "running" });
    const from = this.state.step;
    const terms = new Float32Array((step - from) * 8);
    for (let i = 0; i < terms.length; i++)
      terms[i] = from + Math.floor(i / 8) + 1;
    this.series.forEach((one, lane) => {
      one.appendTerms(from, terms, 2, lane);
    });
    this.show({ step, status });
  }
}

function keeper(db = new MemoryRunsDb()) {
  const page = new FakePage();
  const list = new RunList(db, page);
  let ids = 0;
  const remembered: (string | null)[] = [];
  const clock = { now: 1000 };
  const watch = new RunKeeper(page, list, {
    now: () => clock.now,
    newId: () => `run${++ids}`,
    page: "p",
    remember: (id) => remembered.push(id),
  });
  page.show({ status: "idle" });
  return { db, page, list, watch, remembered, clock };
}

test("columns are thinned to their ends and equal parts, short ones not at all", () => {
  expect(thinned(3, 5)).toEqual([0, 1, 2]);
  expect(thinned(0, 5)).toEqual([]);
  const indices = thinned(1001, 5);
  expect(indices).toEqual([0, 250, 500, 750, 1000]);
  const buffer = new SeriesBuffer();
  const steps = 3000;
  buffer.appendTerms(
    0,
    Float32Array.from({ length: steps * 4 }, (_, i) => i >> 2),
    1,
    0,
  );
  const kept = keepSeries(buffer, 400);
  expect(kept.step).toHaveLength(400);
  expect([kept.step[0], kept.step[399]]).toEqual([0, steps - 1]);
  expect(Array.from(kept.loss)).toEqual(Array.from(kept.step));
});

test("columns that were kept come back, and go on", () => {
  const before = new SeriesBuffer();
  before.appendTerms(
    0,
    Float32Array.from({ length: 5000 * 4 }, (_, i) => i >> 2),
    1,
    0,
  );
  before.appendDistance(40, 0.5);
  const after = new SeriesBuffer();
  after.restore(keepSeries(before, 6000));
  after.appendTerms(5000, new Float32Array([9, 8, 7, 6]), 1, 0);
  expect([
    after.length,
    after.step[5000],
    after.loss[4999],
    after.kl2[5000],
  ]).toEqual([5001, 5000, 4999, 6]);
  expect([after.distanceLength, after.distance[0]]).toEqual([1, 0.5]);
});

test("a thumbnail goes from 0 to 1 by distance, by loss without one", () => {
  const distance = Float32Array.from([1, 0.1, 0.01]);
  const [first, middle, last] = thumbnail({
    loss: new Float32Array(),
    distance,
  });
  expect([first, last]).toEqual([1, 0]);
  expect(middle).toBeCloseTo(0.5, 6);
  expect(
    Array.from(
      thumbnail({
        loss: Float32Array.of(5, NaN, 5),
        distance: Float32Array.of(NaN),
      }),
    ),
  ).toEqual([0, 0]);
});

test("what changed, in words, by lane where lanes differ", () => {
  const beta = changeSettings(DEFAULT_CONFIG, "beta", 4);
  expect(changesBetween(DEFAULT_CONFIG, DEFAULT_CONFIG)).toEqual([]);
  expect(changesBetween(DEFAULT_CONFIG, beta)).toEqual(["β 1 → 4"]);
  const paced = changeSettings(beta, "pace", 0);
  expect(changesBetween(beta, paced)).toEqual([]);
  const one = changeSettings(
    DEFAULT_CONFIG,
    "encoderVariance",
    { kind: "fixed", std: [0.5] },
    1,
  );
  expect(changesBetween(DEFAULT_CONFIG, one)).toEqual([
    "B encoder variance: fixed, σ = 0.5",
  ]);
  const model = changeSettings(DEFAULT_CONFIG, "model", "mhvae");
  expect(changesBetween(DEFAULT_CONFIG, model)[0]).toMatch(/ instead of /);
});

test("a name is the preset's, else what changed, else the one before; never one that is taken", () => {
  expect(defaultName("Dead or diluted", null, null, [])).toBe(
    "Dead or diluted",
  );
  expect(defaultName(null, ["β 1 → 4"], "x", [])).toBe("β = 4");
  expect(defaultName(null, [], "x (2)", ["x", "x (2)"])).toBe("x (3)");
  expect(defaultName(null, ["a", "b", "c"], null, [])).toBe("Run");
});

test("a run is kept when it comes to rest, whole, and no longer unfinished when done", async () => {
  const { page, list, db, remembered } = keeper();
  page.train(40);
  await list.keepNow();
  const [run] = list.state.runs;
  expect([run.id, run.step, run.finished, run.changed]).toEqual([
    "run1",
    40,
    false,
    null,
  ]);
  expect([list.state.current, list.state.unfinished.get("run1")]).toEqual([
    "run1",
    10,
  ]);
  expect((await db.load("run1"))?.series[1].step).toHaveLength(40);
  expect(remembered.at(-1)).toBe("run1");
  page.train(60, "done");
  await list.keepNow();
  expect(list.state.runs).toHaveLength(1);
  expect([list.state.runs[0].finished, list.state.unfinished.size]).toEqual([
    true,
    0,
  ]);
  expect(await db.loadUnfinished("run1")).toBeNull();
  expect(remembered.at(-1)).toBeNull();
});

test("a run that is replaced is kept as it was if it lasted a second, and the next one says what changed", async () => {
  const { page, list, clock, db } = keeper();
  page.train(3, "running");
  clock.now += 1500;
  page.train(30, "running");
  const beta = changeSettings(DEFAULT_CONFIG, "beta", 4);
  // As the store does it: the state goes first, then the series.
  page.show(freshState(beta, [], null, ""));
  page.series = [new SeriesBuffer(), new SeriesBuffer()];
  expect((await db.load("run1"))?.step).toBe(30);
  expect((await db.load("run1"))?.series[0].step).toHaveLength(30);
  page.show({ status: "idle" });
  page.train(2, "running");
  // Replaced at once: a step of a slider.
  page.show(freshState(DEFAULT_CONFIG, [], null, ""));
  page.series = [new SeriesBuffer(), new SeriesBuffer()];
  page.show(freshState(beta, [], null, ""));
  page.show({ status: "idle" });
  page.train(5);
  await list.keepNow();
  expect(list.state.runs.map(({ name, changed }) => [name, changed])).toEqual([
    ["β = 4", ["β 1 → 4"]],
    ["Dead or diluted", null],
  ]);
});

test("settings changed while it trains are told; a slider that is dragged is one change", async () => {
  const { page, list, clock } = keeper();
  page.train(10, "running");
  for (const beta of [2, 3, 4]) {
    clock.now += 100;
    page.show({ config: changeSettings(page.state.config, "beta", beta) });
  }
  clock.now += 5000;
  page.show({
    config: changeSettings(page.state.config, "etaDec", 2),
    step: 20,
  });
  await list.keepNow();
  expect(list.state.runs[0].changes).toEqual([
    { step: 10, words: ["β 1 → 4"] },
    { step: 20, words: ["η 1 → 2"] },
  ]);
});

test("going on takes the record along; where that cannot be, another run begins", async () => {
  const { page, list, db } = keeper();
  await db.put(
    record("old5", { name: "Mine", seconds: 3 }),
    unfinished("old5"),
  );
  await list.read();
  expect(await list.resume("old5")).toBe(true);
  page.train(50);
  await list.keepNow();
  expect(list.state.runs.map(({ id, name, step }) => [id, name, step])).toEqual(
    [["old5", "Mine", 50]],
  );
  await db.put(record("old6"), unfinished("old6"));
  await list.read();
  page.goesOn = false;
  expect(await list.resume("old6")).toBe(false);
  page.train(5);
  await list.keepNow();
  expect(list.state.runs.map(({ id, step }) => [id, step])).toEqual([
    ["run1", 5],
    ["old6", 10],
    ["old5", 50],
  ]);
});

test("pins have six numbers; deleting is undone whole, and a deleted run that trains stays deleted", async () => {
  const { page, list, db } = keeper();
  for (let i = 1; i <= 7; i++) await db.put(record(`r${i}`));
  await list.read();
  for (let i = 1; i <= 6; i++) expect(await list.pin(`r${i}`, true)).toBe(true);
  expect(await list.pin("r7", true)).toBe(false);
  // One after the other, though nobody waits.
  void list.pin("r3", false);
  void list.pin("r7", true);
  expect(await list.pin("r3", true)).toBe(false);
  expect((await db.load("r7"))?.pin).toBe(3);
  await list.rename("r7", "  kept  ");
  await list.remove(["r7", "r1"]);
  expect([(await db.summaries()).length, list.state.deleted.length]).toEqual([
    5, 2,
  ]);
  await list.undo();
  expect((await db.load("r7"))?.name).toBe("kept");
  expect([(await db.load("r7"))?.pin, list.state.runs.length]).toEqual([3, 7]);
  page.train(10);
  await list.keepNow();
  await list.remove(["run1"]);
  page.train(20);
  await list.keepNow();
  expect(await db.load("run1")).toBeNull();
});

test("only the latest unfinished runs can be gone on with; the records of all stay", async () => {
  const { list, db } = keeper();
  for (let i = 1; i <= 5; i++)
    await db.put(record(`r${i}`), unfinished(`r${i}`));
  await list.read();
  expect([...list.state.unfinished.keys()].sort()).toEqual(["r3", "r4", "r5"]);
  expect([(await db.unfinished()).length, list.state.runs.length]).toEqual([
    3, 5,
  ]);
});

test("a storage that fails is said, runs last in memory, and move in when there is room", async () => {
  const db = new MemoryRunsDb();
  await db.put(record("r1"));
  let isFull = true;
  const put = db.put.bind(db);
  db.put = (...given) =>
    isFull
      ? Promise.reject(
          Object.assign(new Error("no room"), { name: "QuotaExceededError" }),
        )
      : put(...given);
  const said: (string | null)[] = [];
  const storage = new RunsStorage(
    () => Promise.resolve(db),
    (trouble) => said.push(trouble?.kind ?? null),
  );
  await storage.put(record("r2"), unfinished("r2"));
  expect(said).toEqual(["full"]);
  expect((await storage.summaries()).map(({ id }) => id)).toEqual(["r2", "r1"]);
  expect((await storage.loadUnfinished("r2"))?.id).toBe("r2");
  isFull = false;
  await storage.remove(["r1"]);
  expect(said).toEqual(["full", null]);
  expect((await db.summaries()).map(({ id }) => id)).toEqual(["r2"]);
  expect((await db.loadUnfinished("r2"))?.id).toBe("r2");
});

test("a blocked storage is said once, and everything works for as long as the page", async () => {
  const said: string[] = [];
  const storage = new RunsStorage(
    () => Promise.reject(new Error("not in private windows")),
    (trouble) => said.push(trouble?.message ?? ""),
  );
  await storage.put(record("r1"));
  await storage.edit("r1", { name: "mine" });
  expect((await storage.summaries()).map(({ name }) => name)).toEqual(["mine"]);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("not in private windows");
});
