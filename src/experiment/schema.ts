/**
 * Whole experiments: the default one, the canonical frozen form, comparison and changes.
 *
 * Canonical form: `base` is lane A's complete settings and each lane lists only what differs from
 * it, so lane A's difference is empty and equal experiments are deeply equal.
 */
import { agree, neutralized } from "./agree.ts";
import { checkSetting } from "./check.ts";
import { withCompanions } from "./companions.ts";
import {
  allLanes,
  type EncoderVariance,
  type ExperimentConfig,
  type LaneDifference,
  type ModelKind,
  type Settings,
} from "./config.ts";
import { fieldApplies, FIELDS, fieldOf } from "./fields.ts";
import { NEUTRAL } from "./neutral.ts";
import { MAX_LANES } from "./ranges.ts";
import { type SettingKey, writeSetting } from "./text.ts";

/** A change that cannot be made. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map(frozen)
    : Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, frozen(entry)]),
      );
  return Object.freeze(copy) as T;
}

function sameSetting(key: SettingKey, a: Settings, b: Settings): boolean {
  return writeSetting(key, a[key]) === writeSetting(key, b[key]);
}

/**
 * The canonical experiment of complete lanes (1 to 6). Settings that lanes share are lane A's;
 * those that a lane's model does not have are neutral.
 */
export function configOf(given: readonly Settings[]): ExperimentConfig {
  if (given.length < 1 || given.length > MAX_LANES) {
    throw new ConfigError(
      "lanes",
      `an experiment has 1 to 6 lanes, got ${String(given.length)}`,
    );
  }
  const lanes = given.map(neutralized);
  const base = lanes[0];
  const differences = lanes.map((lane): LaneDifference => {
    const fields = FIELDS.filter(
      (field) => field.perLane && !sameSetting(field.key, lane, base),
    );
    return Object.fromEntries(fields.map(({ key }) => [key, lane[key]]));
  });
  return frozen({ base, lanes: differences });
}

/** The canonical form of a config as a deep-frozen copy. */
export function freezeConfig(config: ExperimentConfig): ExperimentConfig {
  return configOf(allLanes(config));
}

const DEFAULT_BASE: Settings = {
  ...NEUTRAL,
  model: "vae",
  data: {
    kind: "spectrum",
    theta: [
      3, 2.4, 1.9, 1.5, 1.2, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
      0.2,
    ],
  },
  rows: 4096,
  scaling: "none",
  latents: 8,
  beta: 1,
  etaDec: 1,
  etaEnc: 1,
  encoderVariance: { kind: "learnable", std: 1 },
  biases: false,
  estimator: "sampled",
  optimizer: { kind: "adam", learningRate: 0.02 },
  batchSize: 256,
  initScale: 0.1,
  seed: 7,
  steps: 1500,
  pace: 150,
};

/** What opens without a link: learnable against fixed variance, 5 of 8 modes above the waterline. */
export const DEFAULT_CONFIG: ExperimentConfig = configOf([
  DEFAULT_BASE,
  { ...DEFAULT_BASE, encoderVariance: { kind: "fixed", std: [1] } },
]);

const CONDITIONAL: Settings = {
  ...DEFAULT_BASE,
  model: "cvae",
  estimator: "exact",
  steps: 2000,
};

const HIERARCHICAL: Settings = {
  ...DEFAULT_BASE,
  model: "mhvae",
  data: { kind: "spectrum", theta: [3, 2.4, 1.6, 0.8, 0.4] },
  latents: 5,
  latents2: 5,
  encoderVariance: { kind: "fixed", std: [0.5] },
  estimator: "exact",
  steps: 3000,
};

const DEFAULTS: Readonly<Record<ModelKind, ExperimentConfig>> = {
  vae: DEFAULT_CONFIG,
  cvae: configOf([
    { ...CONDITIONAL, correlation: [0.9] },
    { ...CONDITIONAL, correlation: [0] },
  ]),
  mhvae: configOf([
    HIERARCHICAL,
    { ...HIERARCHICAL, encoderVariance2: { kind: "fixed", std: [1] } },
  ]),
};

/**
 * What a model opens with: learnable against fixed variance (vae; mhvae at its second level, the
 * first fixed), correlated against independent x and y (cvae).
 */
export function defaultConfigOf(model: ModelKind): ExperimentConfig {
  return DEFAULTS[model];
}

/** Default of a setting in lane `lane` of a model; lanes past the default's two have its base. */
export function defaultOf<K extends SettingKey>(
  key: K,
  lane: number,
  model: ModelKind = "vae",
): Settings[K] {
  const { base } = DEFAULTS[model];
  const lanes = allLanes(DEFAULTS[model]);
  return (lane < lanes.length ? lanes[lane] : base)[key];
}

/** Settings in which lanes differ, in the order of `FIELDS`. */
export function differences(config: ExperimentConfig): SettingKey[] {
  const lanes = allLanes(config);
  return FIELDS.map((field) => field.key).filter((key) =>
    lanes.some((lane) => !sameSetting(key, lane, lanes[0])),
  );
}

/** Whether two configs are the same experiment, however base and lanes split it. */
export function sameConfig(a: ExperimentConfig, b: ExperimentConfig): boolean {
  const [left, right] = [allLanes(a), allLanes(b)];
  return (
    left.length === right.length &&
    left.every((lane, index) =>
      FIELDS.every(({ key }) => sameSetting(key, lane, right[index])),
    )
  );
}

/**
 * The experiment with one setting changed: in lane `lane`, or in lane A and every lane that shares
 * its value. Values are brought into range, and settings that must agree follow (a fixed list of
 * stds the latent count, the examples a long spectrum, what is predicted the data). The first
 * hidden layers bring settings that suit networks (`withCompanions`). Another model for all lanes
 * brings its own comparison (`switchModel`).
 *
 * @throws ConfigError if nothing of the value can be used or there is no such lane.
 */
export function changeSettings<K extends SettingKey>(
  config: ExperimentConfig,
  key: K,
  value: Settings[K],
  lane?: number,
): ExperimentConfig {
  const { value: used, problems } = checkSetting(key, value);
  if (used === undefined) {
    const why = problems.map((problem) => problem.message).join("; ");
    throw new ConfigError(key, `${fieldOf(key).label}: ${why}`);
  }
  const lanes = allLanes(freezeConfig(config));
  if (lane !== undefined && !(lane in lanes)) {
    throw new ConfigError(
      "lanes",
      `no lane ${String(lane)} among ${String(lanes.length)}`,
    );
  }
  if (key === "model" && lane === undefined)
    return switchModel(config, used as ModelKind);
  const one = lane !== undefined && fieldOf(key).perLane;
  const changed = lanes.map((settings, index) => {
    const hit = one ? index === lane : sameSetting(key, settings, lanes[0]);
    if (!hit) return settings;
    const next = { ...settings, [key]: used };
    const whole =
      key === "model" ? withOwnDefaults(next, settings.model) : next;
    return agree(whole).settings;
  });
  const fit = withCompanions(
    lanes,
    changed,
    ({ model }) => DEFAULTS[model].base,
  );
  return stillCompared(lanes, configOf(fit));
}

/** Settings that the lane's model has and the one before had not, as that model opens with. */
function withOwnDefaults(settings: Settings, before: ModelKind): Settings {
  const fields = FIELDS.filter(
    (field) =>
      fieldApplies(field, settings.model) && !fieldApplies(field, before),
  );
  const { base } = DEFAULTS[settings.model];
  return {
    ...settings,
    ...Object.fromEntries(fields.map(({ key }) => [key, base[key]])),
  };
}

/** What makes the comparison a model opens with. */
const COMPARED = [
  "encoderVariance",
  "encoderVariance2",
  "correlation",
] as const satisfies readonly SettingKey[];

/**
 * The experiment for another model: that model's default lanes on lane A's data, weights and
 * training. From a model's untouched default one comes to the other's.
 */
function switchModel(
  config: ExperimentConfig,
  model: ModelKind,
): ExperimentConfig {
  const { base } = freezeConfig(config);
  if (allLanes(config).every((lane) => lane.model === model))
    return freezeConfig(config);
  if (sameConfig(config, DEFAULTS[base.model])) return DEFAULTS[model];
  const lanes = allLanes(DEFAULTS[model]).map((lane) => {
    const own = Object.fromEntries(COMPARED.map((key) => [key, lane[key]]));
    const kept = withOwnDefaults({ ...base, model }, base.model);
    return agree({ ...kept, ...own }).settings;
  });
  return stillCompared(allLanes(DEFAULTS[model]), configOf(lanes));
}

/**
 * Conditional lanes that differed in their correlation alone and have none any more (image data)
 * are compared as all lanes first are: learnable against fixed variance.
 */
function stillCompared(
  before: readonly Settings[],
  config: ExperimentConfig,
): ExperimentConfig {
  const differed = before.some(
    (lane) => !sameSetting("correlation", lane, before[0]),
  );
  const { base } = config;
  const alike = config.lanes.length > 1 && differences(config).length === 0;
  if (!differed || !alike || base.data.kind === "spectrum") return config;
  const learnable = base.encoderVariance.kind === "learnable";
  const encoderVariance: EncoderVariance = learnable
    ? { kind: "fixed", std: [1] }
    : { kind: "learnable", std: 1 };
  return configOf([base, { ...base, encoderVariance }]);
}

/** Another learning rate and another floor of the KL are live; another optimizer and the first floor are not. */
function partIsLive(key: SettingKey, a: Settings, b: Settings): boolean {
  if (key === "optimizer") return a.optimizer.kind === b.optimizer.kind;
  return key === "freeBits" && a.freeBits > 0 && b.freeBits > 0;
}

/** Whether the lanes of two experiments train alike: they differ in pace at most. */
export function samePath(
  left: readonly Settings[],
  right: readonly Settings[],
): boolean {
  return (
    left.length === right.length &&
    left.every((lane, index) =>
      FIELDS.every(
        ({ key }) => key === "pace" || sameSetting(key, lane, right[index]),
      ),
    )
  );
}

/** Whether a running experiment can become `after` without a restart. */
export function isLiveChange(
  before: ExperimentConfig,
  after: ExperimentConfig,
): boolean {
  const [left, right] = [allLanes(before), allLanes(after)];
  return (
    left.length === right.length &&
    left.every((lane, index) =>
      FIELDS.every(({ key, live }) => {
        if (live === true || sameSetting(key, lane, right[index])) return true;
        return live === "part" && partIsLive(key, lane, right[index]);
      }),
    )
  );
}
