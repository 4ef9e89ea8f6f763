/** `globalThis.collapseLab`, as consoles and notebooks use it. */
import { expect, linkWith, test } from "./lab.ts";

test("ready, step, series and state agree", async ({ lab }) => {
  await lab.page.goto(`${lab.url}?paused`);
  const result = await lab.page.evaluate(async () => {
    const { collapseLab } = globalThis;
    await collapseLab.ready;
    const ready = collapseLab.state();
    await collapseLab.step(7);
    await collapseLab.step();
    return { ready, after: collapseLab.state(), a: collapseLab.series(0) };
  });
  expect(result.ready).toMatchObject({ status: "idle", step: 0, notices: [] });
  expect(result.after).toMatchObject({ status: "paused", step: 8 });
  expect(result.a.step).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  result.a.loss.forEach((loss, at) => {
    // The terms are float32: each is off by half a unit in the last place.
    const sum = result.a.reconstruction[at] + result.a.kl[at];
    expect(Math.abs(loss - sum)).toBeLessThanOrEqual(loss * 3 * 2 ** -24);
  });
  const [a, b] = result.after.lanes;
  expect([a.name, b.name]).toEqual(["A", "B"]);
  for (const lane of [a, b]) {
    expect(lane.loss).toBeCloseTo(
      (lane.reconstruction ?? NaN) + (lane.kl ?? NaN),
      9,
    );
    expect(lane.klPerUnit.reduce((sum, kl) => sum + kl, 0)).toBeCloseTo(
      lane.kl ?? NaN,
      9,
    );
    for (const list of [lane.klPerUnit, lane.std, lane.omega, lane.lambda])
      expect(list).toHaveLength(8);
    expect(lane.activeUnits).toEqual(expect.any(Number));
    expect(lane.verdict).toBe("settling");
    expect(lane.distance).toBeGreaterThan(0);
    expect(lane.prediction?.activeUnits).toBe(5);
    expect(lane.prediction?.loss).toEqual(expect.any(Number));
  }
  expect(result.after.engine).toMatchObject({
    kind: "webgpu",
    selfCheck: "passed",
  });
  expect(JSON.parse(JSON.stringify(result.after))).toEqual(result.after);
});

test("open, play, pause, restart and done", async ({ lab }) => {
  await lab.open("", "?engine=cpu&paused");
  const link = linkWith({ steps: 80, pace: 0, latents: 3 });
  const seen = await lab.page.evaluate(async (to) => {
    const { collapseLab } = globalThis;
    await collapseLab.open(to);
    const opened = collapseLab.state();
    await collapseLab.play();
    await collapseLab.done();
    const done = collapseLab.state();
    await collapseLab.restart();
    const restarted = collapseLab.state();
    await collapseLab.step(3);
    await collapseLab.pause();
    return { opened, done, restarted, length: collapseLab.series(1).step };
  }, link);
  expect(seen.opened).toMatchObject({ status: "idle", step: 0, link });
  expect(seen.done).toMatchObject({ status: "done", step: 80 });
  expect(seen.restarted).toMatchObject({ status: "idle", step: 0, link });
  expect(seen.length).toEqual([0, 1, 2]);
  expect(new URL(lab.page.url()).hash).toBe(link);
});

test("a broken link opens with notices, never with an exception", async ({
  lab,
}) => {
  await lab.open("", "?engine=cpu&paused");
  for (const link of ["#", "#%%%", "#v=1&m=lin", "nonsense", "#v=1&b=1e999"]) {
    const { status, notices, lanes } = await lab.page.evaluate(async (to) => {
      await globalThis.collapseLab.open(to);
      return globalThis.collapseLab.state();
    }, link);
    expect([link, status, lanes.length]).toEqual([link, "idle", 2]);
    expect([link, notices.length > 0]).toEqual([link, link !== "#"]);
  }
});

/** theta^2 is 9, 4, 1, .25: none within 10 % of a threshold used below. */
const SMALL = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  estimator: "exact",
});

test("sweep gives plain rows, and says what it cannot vary", async ({
  lab,
}) => {
  await lab.open(SMALL, "?paused");
  const before = await lab.state();
  const { rows, said } = await lab.page.evaluate(async () => {
    const { collapseLab } = globalThis;
    const found = await collapseLab.sweep({
      axes: [{ field: "beta", values: [0.5, 2] }],
      seeds: [7, 8],
      steps: 1500,
    });
    const words = await collapseLab
      .sweep({ axes: [{ field: "beta", values: [-1] }] })
      .then(String, (error: unknown) => String(error));
    return { rows: found, said: words };
  });
  expect(
    rows.map(({ values, seed, levels, linear }) => [
      values[0],
      seed,
      levels[0].activeModes,
      linear?.activeUnits[0],
    ]),
  ).toEqual([
    [0.5, 7, 3, 3],
    [2, 7, 2, 2],
    [0.5, 8, 3, 3],
    [2, 8, 2, 2],
  ]);
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  expect(said).toContain("beta cannot be -1");
  const { link, step } = await lab.state();
  expect([link, step]).toEqual([before.link, before.step]);
});

test("map gives plain cells, of theory alone or trained, and says what has none", async ({
  lab,
}) => {
  await lab.open(SMALL, "?paused");
  const { theory, trained, said } = await lab.page.evaluate(async () => {
    const { collapseLab } = globalThis;
    // beta eta^2 is 0.5, 2, 8 at eta 1, and a quarter of it.
    const axes = [
      { field: "beta", from: 0.5, to: 8, count: 3, scale: "log" },
      { field: "etaDec", from: 0.5, to: 1, count: 2, scale: "linear" },
    ] as const;
    const alone = await collapseLab.map({ axes }, false);
    const cells = await collapseLab.map({ axes, steps: 3000 });
    const words = await collapseLab
      .map({ axes: [{ ...axes[0], from: 9 }] })
      .then(String, (error: unknown) => String(error));
    return { theory: alone, trained: cells, said: words };
  });
  const counts = [4, 3, 2, 3, 2, 1];
  expect(theory.map(({ values }) => values)).toEqual([
    [0.5, 0.5],
    [2, 0.5],
    [8, 0.5],
    [0.5, 1],
    [2, 1],
    [8, 1],
  ]);
  expect(theory.map((cell) => cell.theory.active)).toEqual(counts);
  for (const { steps, measured } of theory) {
    expect(steps).toBe(0);
    expect(measured.loss).toBeNull();
  }
  expect(trained.map(({ steps }) => steps)).toEqual(counts.map(() => 3000));
  expect(trained.map(({ measured }) => measured.active)).toEqual(counts);
  expect(trained.map((cell) => cell.theory.active)).toEqual(counts);
  expect(trained.every(({ near }) => !near)).toBe(true);
  expect(JSON.parse(JSON.stringify(trained))).toEqual(trained);
  expect(said).toContain("from a smaller number to a larger one");
});
