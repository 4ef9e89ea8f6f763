import {
  normal,
  pcg4d,
  STREAM,
  uniformInt,
  type Words,
} from "../../src/math/rng.ts";
import { expect, test } from "../harness/fixture.ts";
import { expectWithin, U } from "../harness/kernel-check.ts";

const COUNT = 4096;

for (const [seed, step] of [
  [0, 0],
  [1, 12345],
  [0xffffffff, 0xfffffffe],
]) {
  test(`words and normals of seed ${seed}, step ${step} are those of the CPU`, async ({
    gpuPage,
  }) => {
    const of = { seed, step, stream: STREAM.latent, rows: 1, count: COUNT };
    const drawn = await gpuPage.evaluate(
      (request) => globalThis.harness.drawRandom(request),
      of,
    );
    const out: Words = [0, 0, 0, 0];
    const words = Array.from({ length: COUNT }, (_, i) => [
      ...pcg4d(seed, step, STREAM.latent, i, out),
    ]).flat();
    expect(drawn.words).toEqual(words);
    const normals = words.map((_, i) => normal(seed, step, "latent", i));
    // log: at most 3 roundings of its value, halved by the root, 3 of the root; angle: 1.5
    // roundings, polynomial: 3; their product: 1. Both arguments are reduced exactly, so all
    // are relative.
    expectWithin(
      "normal",
      drawn.normals,
      normals,
      (i) => 12 * U * Math.abs(normals[i]),
    );
  });
}

for (const rows of [1, 2, 7, 10_000, 65_537, 2 ** 23]) {
  test(`rows drawn out of ${rows} are those of the CPU`, async ({
    gpuPage,
  }) => {
    const of = { seed: 3, step: 9, stream: STREAM.batch, rows, count: COUNT };
    const drawn = await gpuPage.evaluate(
      (request) => globalThis.harness.drawRandom(request),
      of,
    );
    const picks = drawn.picks.map((_, i) => uniformInt(3, 9, "batch", i, rows));
    expect(drawn.picks).toEqual(picks);
  });
}
