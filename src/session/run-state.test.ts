import { expect, test } from "@playwright/test";
import { Scheduler } from "../engine/scheduler.ts";
import type { LaneInput, Readback } from "../engine/stepper.ts";
import { ReferenceBackend } from "../reference/trainer.ts";
import { testLane } from "./fixtures.ts";
import { RunHistory } from "./history.ts";
import type { EngineInfo } from "./protocol.ts";
import { checkOf, fromSaved, saveState } from "./run-state.ts";

const CPU: EngineInfo = {
  kind: "cpu",
  tier: "cpu",
  adapter: "float64 on the CPU",
  selfCheck: "skipped",
};

function start(inputs: LaneInput[], backend = new ReferenceBackend(inputs)) {
  const scheduler = new Scheduler(
    backend,
    { lanes: inputs.length, steps: 100, pace: 0 },
    {
      status: () => undefined,
      readback: (readback: Readback) => {
        run.history.add(readback, run.inputs, true);
      },
      diverged: () => undefined,
      failed: (error) => {
        throw error;
      },
    },
  );
  const history = new RunHistory(scheduler, () => undefined);
  const run = { scheduler, history, inputs, stopped: new Set<number>() };
  return { run, scheduler, backend };
}

test("what was saved goes on bit for bit on another backend, a stopped lane stays stopped", async () => {
  const inputs = [await testLane(), await testLane({ beta: 2 })];
  const whole = start(inputs);
  await whole.scheduler.advance(20);
  whole.backend.stop(1);
  whole.run.stopped.add(1);
  await whole.scheduler.readNow();
  const saved = structuredClone(saveState(whole.run, CPU, Infinity));
  if (!saved) throw new Error("nothing was saved");
  expect([saved.step, saved.stopped]).toEqual([20, [1]]);
  expect(saved.tensors[0].find(({ name }) => name === "encW")?.shape).toEqual([
    3, 64,
  ]);
  await whole.scheduler.advance(15);

  const backend = new ReferenceBackend(inputs);
  const { options, message } = await fromSaved(saved).begin(backend, CPU);
  expect(message).toBeUndefined();
  expect([options?.snapshot?.step, options?.stopped]).toEqual([20, [1]]);
  const seen: Readback[] = [];
  const again = new Scheduler(
    backend,
    { lanes: 2, steps: 100, pace: 0, ...options },
    {
      status: () => undefined,
      readback: (readback) => seen.push(readback),
      diverged: () => undefined,
      failed: () => undefined,
    },
  );
  await again.advance(15);
  expect(again.step).toBe(35);
  expect(again.snapshot?.arenas).toEqual(whole.scheduler.snapshot?.arenas);
});

test("another engine, other tensors or too many bytes are refused with a reason, and the start is untouched", async () => {
  const inputs = [await testLane()];
  const { run, scheduler } = start(inputs);
  await scheduler.advance(5);
  const saved = saveState(run, CPU, Infinity);
  if (!saved) throw new Error("nothing was saved");
  expect(saveState(run, CPU, 100)).toBeNull();
  expect(saveState(null, CPU, 100)).toBeNull();
  const cases = [
    [{ ...saved, engine: "webgpu" as const, adapter: "apple m2" }, "apple m2"],
    [{ ...saved, check: saved.check ^ 1 }, "another version"],
    [{ ...saved, arenas: [saved.arenas[0].slice(1)] }, "another version"],
  ] as const;
  for (const [other, why] of cases) {
    const backend = new ReferenceBackend(inputs);
    const fresh = await backend.snapshot();
    const { options, message } = await fromSaved(other).begin(backend, CPU);
    expect(options).toBeUndefined();
    expect(message).toContain(why);
    expect(message).toContain("step 5");
    expect(await backend.snapshot()).toEqual(fresh);
  }
});

test("the check sees a single bit", () => {
  const params = { encW: Float32Array.of(1, 2), decU: Float32Array.of(3) };
  const other = { ...params, decU: Float32Array.of(3 + 2 ** -22) };
  expect(checkOf([params])).toBe(
    checkOf([{ decU: params.decU, encW: params.encW }]),
  );
  expect(checkOf([params])).not.toBe(checkOf([other]));
});
