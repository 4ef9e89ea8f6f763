import { expect, test } from "@playwright/test";
import {
  Scheduler,
  type Divergence,
  type SchedulerEvents,
  type SchedulerOptions,
} from "./scheduler.ts";
import {
  TERMS,
  type Backend,
  type Readback,
  type Snapshot,
} from "./stepper.ts";

/**
 * Counts instead of training: each live lane adds 1 a step, its loss is the count before the
 * update, and a lane's loss is NaN from `badFrom[lane]` on, as is its state after it.
 */
class CountingBackend implements Backend {
  readonly maxChunk = 64;
  readonly ring: number;
  readonly badFrom: readonly number[];
  step = 0;
  counts: number[];
  terms = new Map<number, number[]>();
  stopped = new Set<number>();
  chunks: [number, number][] = [];
  inFlight = 0;
  mostInFlight = 0;

  constructor(badFrom: readonly number[], ring = 1000) {
    this.badFrom = badFrom;
    this.ring = ring;
    this.counts = badFrom.map(() => 0);
  }

  async run(first: number, count: number): Promise<void> {
    if (first !== this.step)
      throw new Error(`run from ${first} at ${this.step}`);
    this.chunks.push([first, count]);
    for (let at = first; at < first + count; at++) {
      this.terms.set(
        at,
        this.counts.map((n) => n),
      );
      this.counts = this.counts.map((n, lane) => {
        if (this.stopped.has(lane)) return n;
        return n + 1 >= this.badFrom[lane] ? NaN : n + 1;
      });
    }
    this.step = first + count;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.inFlight--;
  }

  read(since: number): Promise<Readback> {
    const firstStep = Math.max(since, this.step - this.ring, 0);
    const lanes = this.counts.length;
    const terms = new Float32Array((this.step - firstStep) * lanes * TERMS);
    for (let at = firstStep; at < this.step; at++) {
      this.terms.get(at)?.forEach((loss, lane) => {
        terms[((at - firstStep) * lanes + lane) * TERMS] = loss;
      });
    }
    const params = this.counts.map((n) => ({ count: Float32Array.of(n) }));
    const snapshot = this.state();
    return Promise.resolve({
      step: this.step,
      firstStep,
      terms,
      params,
      snapshot,
    });
  }

  state(): Snapshot {
    return { step: this.step, arenas: [Float32Array.from(this.counts)] };
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve(this.state());
  }

  pack(): never {
    throw new Error("counts are not packed");
  }

  paramsOf({ arenas }: Snapshot): Readback["params"] {
    return Array.from(arenas[0], (n) => ({ count: Float32Array.of(n) }));
  }

  restore(snapshot: Snapshot): void {
    this.step = snapshot.step;
    this.counts = Array.from(snapshot.arenas[0]);
  }

  update(): void {
    // Counting has no settings.
  }

  stop(lane: number): void {
    this.stopped.add(lane);
  }

  destroy(): void {
    this.step = -1;
  }
}

interface Log {
  readonly readbacks: Readback[];
  readonly diverged: Divergence[];
  readonly statuses: string[];
  readonly failures: unknown[];
}

function start(
  backend: Backend,
  options: Partial<SchedulerOptions> = {},
): { scheduler: Scheduler; log: Log; ended: Promise<void> } {
  const log: Log = { readbacks: [], diverged: [], statuses: [], failures: [] };
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const events: SchedulerEvents = {
    status: (status) => {
      log.statuses.push(status);
      if (status === "done") end();
    },
    readback: (readback) => log.readbacks.push(readback),
    diverged: (divergence) => log.diverged.push(divergence),
    failed: (error) => {
      log.failures.push(error);
      end();
    },
  };
  const scheduler = new Scheduler(
    backend,
    { lanes: 2, steps: 500, pace: 0, ...options },
    events,
  );
  return { scheduler, log, ended };
}

test("runs every step once, in order, to the budget, two chunks in flight at most", async () => {
  const backend = new CountingBackend([Infinity, Infinity]);
  const { scheduler, log, ended } = start(backend);
  scheduler.play();
  await ended;
  expect(log.statuses).toEqual(["running", "done"]);
  expect(scheduler.step).toBe(500);
  expect(backend.counts).toEqual([500, 500]);
  let at = 0;
  for (const [first, count] of backend.chunks) {
    expect(first).toBe(at);
    at += count;
  }
  expect(at).toBe(500);
  expect(backend.mostInFlight).toBeLessThanOrEqual(2);
  const seen = log.readbacks.flatMap(({ firstStep, step }) =>
    Array.from({ length: step - firstStep }, (_, index) => firstStep + index),
  );
  expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index));
});

test("the last tenth of the budget is read ten times, at the same steps whatever the clock", async () => {
  for (const pace of [0, 4000]) {
    const backend = new CountingBackend([Infinity, Infinity]);
    const { scheduler, log, ended } = start(backend, { steps: 1000, pace });
    scheduler.play();
    await ended;
    const read = log.readbacks.map(({ step }) => step);
    for (let step = 900; step <= 1000; step += 10) expect(read).toContain(step);
    expect(read).toEqual(read.toSorted((a, b) => a - b));
  }
});

test("advance trains exactly so many steps and pauses; play goes on from there", async () => {
  const backend = new CountingBackend([Infinity, Infinity]);
  const { scheduler, log, ended } = start(backend, { pace: 5 });
  await scheduler.advance(3);
  expect(scheduler.step).toBe(3);
  expect(scheduler.status).toBe("paused");
  await scheduler.advance(40);
  expect(backend.counts).toEqual([43, 43]);
  scheduler.setPace(0);
  scheduler.play();
  await ended;
  expect(scheduler.step).toBe(500);
  expect(log.failures).toEqual([]);
});

test("pause resolves when what was submitted has landed and been read", async () => {
  const backend = new CountingBackend([Infinity, Infinity]);
  const { scheduler, log } = start(backend, { steps: 1e6 });
  scheduler.play();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await scheduler.pause();
  expect(backend.inFlight).toBe(0);
  expect(scheduler.status).toBe("paused");
  expect(log.readbacks.at(-1)?.step).toBe(scheduler.step);
  expect(scheduler.snapshot?.step).toBe(scheduler.step);
});

for (const ring of [1000, 16]) {
  test(`a lane that diverges stops at its last finite state, the other goes on (ring ${ring})`, async () => {
    const backend = new CountingBackend([137, Infinity], ring);
    const { scheduler, log, ended } = start(backend);
    scheduler.play();
    await ended;
    expect(log.failures).toEqual([]);
    // The state after 137 updates is not finite: the loss of step 137 says so.
    expect(log.diverged).toEqual([{ lane: 0, step: 137 }]);
    expect(backend.counts).toEqual([136, 500]);
    expect(scheduler.step).toBe(500);
  });
}

test("ends when every lane has diverged", async () => {
  const backend = new CountingBackend([5, 60]);
  const { scheduler, log, ended } = start(backend);
  scheduler.play();
  await ended;
  expect(log.diverged.map(({ lane, step }) => [lane, step])).toEqual([
    [0, 5],
    [1, 60],
  ]);
  expect(backend.counts).toEqual([4, 59]);
  expect(log.statuses.at(-1)).toBe("done");
  expect(scheduler.step).toBe(59);
});

test("goes on from a snapshot", async () => {
  const backend = new CountingBackend([Infinity, Infinity]);
  const snapshot = { step: 200, arenas: [Float32Array.of(200, 200)] };
  const { scheduler, ended } = start(backend, { snapshot });
  expect(scheduler.step).toBe(200);
  scheduler.play();
  await ended;
  expect(backend.counts).toEqual([500, 500]);
  expect(backend.chunks[0][0]).toBe(200);
});

test("a failing backend is reported once, and close stops everything", async () => {
  const backend = new CountingBackend([Infinity, Infinity]);
  backend.run = () => Promise.reject(new Error("device lost"));
  const { scheduler, log, ended } = start(backend);
  scheduler.play();
  await ended;
  expect(log.failures).toHaveLength(1);
  scheduler.close();
  expect(backend.step).toBe(-1);
});
