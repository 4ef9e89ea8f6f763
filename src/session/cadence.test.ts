import { expect, test } from "@playwright/test";
import { Cadence } from "./cadence.ts";

/** Work that ends when told to. */
function slowly(spent?: () => number) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const errors: unknown[] = [];
  const cadence = new Cadence<number>(
    (input) => {
      started.push(input);
      return new Promise<void>((resolve, reject) => {
        ends.push(input < 0 ? () => reject(new Error("no")) : resolve);
      });
    },
    {
      share: 0.05,
      ...(spent && { spent }),
      onError: (error) => errors.push(error),
    },
  );
  return { cadence, started, ends, errors };
}

test("never does two at once; of urgent input that comes meanwhile the latest is next", async () => {
  const { cadence, started, ends } = slowly();
  cadence.offer(1, false);
  cadence.offer(2, true);
  cadence.offer(3, true);
  cadence.offer(4, false);
  expect(started).toEqual([1]);
  expect(cadence.busy).toBe(true);
  const idle = cadence.idle();
  ends[0]();
  await expect.poll(() => started).toEqual([1, 3]);
  ends[1]();
  await idle;
  expect(cadence.busy).toBe(false);
  expect(started).toEqual([1, 3]);
});

test("rests for as long as its share of the time demands, unless it is urgent", async () => {
  const { cadence, started, ends } = slowly();
  cadence.offer(1, false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  ends[0]();
  await cadence.idle();
  // 20 ms of work are 5 % of 400 ms.
  cadence.offer(2, false);
  expect(started).toEqual([1]);
  cadence.offer(3, true);
  expect(started).toEqual([1, 3]);
});

test("rests for what its work took, not for what it waited", async () => {
  let spent = 0;
  const { cadence, started, ends } = slowly(() => spent);
  cadence.offer(1, false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  ends[0]();
  await cadence.idle();
  cadence.offer(2, false);
  expect(started).toEqual([1, 2]);
  spent = 1e6;
  ends[1]();
  await cadence.idle();
  cadence.offer(3, false);
  expect(started).toEqual([1, 2]);
});

test("synchronous work is done when it has been offered", () => {
  const done: number[] = [];
  const cadence = new Cadence<number>(
    (input) => {
      done.push(input);
      return undefined;
    },
    { every: 1e6, onError: () => undefined },
  );
  cadence.offer(1, false);
  cadence.offer(2, false);
  expect(done).toEqual([1]);
  expect(cadence.busy).toBe(false);
});

test("tells of failures and goes on; once closed it does neither", async () => {
  const { cadence, started, ends, errors } = slowly();
  cadence.offer(-1, true);
  ends[0]();
  await cadence.idle();
  expect(errors).toHaveLength(1);
  cadence.offer(-2, true);
  cadence.offer(5, true);
  cadence.close();
  ends[1]();
  await cadence.idle();
  cadence.offer(6, true);
  expect(errors).toHaveLength(1);
  expect(started).toEqual([-1, -2]);
});
