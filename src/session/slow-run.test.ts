import { expect, test } from "@playwright/test";
import {
  allLanes,
  type ExperimentConfig,
  type Settings,
} from "../experiment/config.ts";
import {
  changeSettings,
  DEFAULT_CONFIG,
  defaultConfigOf,
  differences,
} from "../experiment/schema.ts";
import type { EngineInfo } from "./protocol.ts";
import { duration, slowSeconds, SlowRuns, smallerVersion } from "./slow-run.ts";
import { freshState } from "./store-state.ts";
import type { LabState } from "./store.ts";

const CPU: EngineInfo = {
  kind: "cpu",
  tier: "cpu",
  adapter: "float64 on the CPU",
  selfCheck: "skipped",
};
const GPU: EngineInfo = { ...CPU, kind: "webgpu", tier: "software" };

function configWith(
  change: Partial<Settings>,
  from = DEFAULT_CONFIG,
): ExperimentConfig {
  return Object.entries(change).reduce(
    (config, [key, value]) =>
      changeSettings(config, key as keyof Settings, value),
    from,
  );
}

function stateWith(
  config: ExperimentConfig,
  stepsPerSecond: number,
  engine = CPU,
): LabState {
  return { ...freshState(config, [], engine, ""), stepsPerSecond };
}

const LONG = configWith({ steps: 3000, pace: 0, batchSize: 256 });

test("a budget of more than two minutes on the CPU is slow, on a GPU or unmeasured it is not", () => {
  expect(slowSeconds(stateWith(LONG, 3000 / 121))).toBeCloseTo(121, 9);
  expect(slowSeconds(stateWith(LONG, 3000 / 119))).toBeNull();
  expect(slowSeconds(stateWith(LONG, 10, GPU))).toBeNull();
  expect(slowSeconds(stateWith(LONG, 0))).toBeNull();
});

test("a pace that was asked for is not the CPU's fault", () => {
  // 100 minutes at this pace, and the engine keeps it.
  const paced = configWith({ steps: 300_000, pace: 50 });
  expect(slowSeconds(stateWith(paced, 49))).toBeNull();
  expect(slowSeconds(stateWith(paced, 20))).toBeCloseTo(15_000, 6);
});

test("a run is told of once it is warm, and once", () => {
  const slow = new SlowRuns();
  const state = stateWith(LONG, 7);
  expect(slow.look(state, 9000)).toBeNull();
  slow.status("running", 10_000);
  expect(slow.look(state, 11_999)).toBeNull();
  const notice = slow.look(state, 12_000);
  expect(notice).toMatchObject({ code: "engine", action: "smaller" });
  expect(notice?.message).toBe(
    "About 7 minutes on this CPU: 3000 steps at 7 a second, with 8 latents and batches of 256. A smaller version would use batches of 32.",
  );
  expect(slow.look(state, 13_000)).toBeNull();
  // What costs the same is the same run; another size is another.
  const other = configWith({ beta: 2, seed: 3 }, LONG);
  expect(slow.look(stateWith(other, 7), 14_000)).toBeNull();
  const more = configWith({ latents: 16 }, LONG);
  expect(slow.look(stateWith(more, 3), 15_000)).not.toBeNull();
  slow.status("paused", 16_000);
  const most = configWith({ latents: 32 }, LONG);
  expect(slow.look(stateWith(most, 3), 17_000)).toBeNull();
});

test("the smaller version is of the settings as they are now, and changes nothing else", () => {
  const slow = new SlowRuns();
  slow.status("running", 0);
  slow.look(stateWith(LONG, 7), 5000);
  const now = configWith({ beta: 2 }, LONG);
  expect(slow.smaller(now)).toEqual(configWith({ batchSize: 32 }, now));
});

const use = (config: ExperimentConfig, seconds: number) => {
  const smaller = smallerVersion(config, seconds);
  if (!smaller) throw new Error("nothing smaller");
  return smaller;
};

test("batches first, then the page's digits, then latents", () => {
  const digits = configWith({ data: { kind: "digits28" }, latents: 20 }, LONG);
  const batches = use(digits, 60 * 16);
  expect(batches.config).toEqual(configWith({ batchSize: 16 }, digits));
  const small = use(digits, 60 * 16 * 12);
  expect(small.config).toEqual(
    configWith({ batchSize: 16, data: { kind: "digits8" } }, digits),
  );
  expect(small.uses).toBe("batches of 16 and digits of 8 × 8");
  // 784 / 64 = 12.25 of it by the digits.
  const smallest = use(digits, 60 * 16 * 12.25 * 4);
  expect(smallest.config).toEqual(configWith({ latents: 5 }, small.config));
  expect(smallest.uses).toBe("batches of 16, digits of 8 × 8 and 5 latents");
});

test("of the exact estimator only latents and columns cost, latents as their square", () => {
  const exact = configWith({ estimator: "exact", latents: 32 }, LONG);
  const { config, uses } = use(exact, 60 * 16);
  expect(config).toEqual(configWith({ latents: 8 }, exact));
  expect(uses).toBe("8 latents");
  const levels = configWith(
    { latents: 12, latents2: 8, steps: 3000 },
    defaultConfigOf("mhvae"),
  );
  const two = use(levels, 60 * 16);
  expect(two.config).toEqual(configWith({ latents: 3, latents2: 2 }, levels));
  expect(two.uses).toBe("3 and 2 latents");
});

test("lanes that differ still do, in proportion or not at all", () => {
  const lanes = changeSettings(LONG, "batchSize", 1024, 1);
  const both = use(lanes, 60 * 8);
  expect(allLanes(both.config).map((lane) => lane.batchSize)).toEqual([
    32, 128,
  ]);
  expect(both.uses).toBe("batches of 32 or batches of 128");
  // Sixteen for both would compare nothing any more.
  const far = use(lanes, 60 * 512);
  expect(differences(far.config)).toEqual(differences(lanes));
  expect(far.uses).toBe("2 latents");
});

test("where nothing can be cut the run is told of and nothing is offered", () => {
  const small = configWith(
    { estimator: "exact", latents: 2, steps: 1_000_000 },
    LONG,
  );
  expect(smallerVersion(small, 3600)).toBeNull();
  const slow = new SlowRuns();
  slow.status("running", 0);
  const notice = slow.look(stateWith(small, 277), 5000);
  expect(notice?.action).toBeUndefined();
  expect(notice?.message).toBe(
    "About 60 minutes on this CPU: 1000000 steps at 277 a second, with 2 latents.",
  );
});

test("times in the unit that people use", () => {
  expect([121, 5399, 5401, 129_000, 131_000].map(duration)).toEqual([
    "2 minutes",
    "90 minutes",
    "2 hours",
    "36 hours",
    "2 days",
  ]);
});
