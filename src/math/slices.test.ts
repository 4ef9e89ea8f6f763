import { expect, test } from "@playwright/test";
import { SLICE_MS, Slices } from "./slices.ts";

/** A clock that moves only when told, and turns that are counted. */
function fakeClock(): {
  time: number;
  turns: number;
  readonly now: () => number;
  readonly turn: () => Promise<void>;
} {
  const clock = {
    time: 0,
    turns: 0,
    now: () => clock.time,
    turn: () => {
      clock.turns++;
      return Promise.resolve();
    },
  };
  return clock;
}

test("others get a turn once a stretch has lasted long enough, and not before", async () => {
  const clock = fakeClock();
  const slices = new Slices(undefined, clock);
  for (let i = 0; i < 10; i++) await slices.go();
  expect(clock.turns).toBe(0);
  for (let i = 0; i < 10; i++) {
    clock.time += SLICE_MS / 2;
    expect(await slices.go()).toBe(true);
  }
  expect(clock.turns).toBe(5);
});

test("a stretch begins when the turn is over, however long others took", async () => {
  const clock = fakeClock();
  const slow = {
    now: clock.now,
    turn: () => {
      clock.time += 100;
      return clock.turn();
    },
  };
  const slices = new Slices(undefined, slow);
  clock.time += SLICE_MS;
  await slices.go();
  await slices.go();
  expect(clock.turns).toBe(1);
});

test("the signal is looked at after the turn", async () => {
  const clock = fakeClock();
  const stop = new AbortController();
  const slices = new Slices(stop.signal, {
    now: clock.now,
    turn: () => {
      stop.abort();
      return Promise.resolve();
    },
  });
  expect(await slices.go()).toBe(true);
  clock.time += SLICE_MS;
  expect(await slices.go()).toBe(false);
});
