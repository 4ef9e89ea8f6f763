/** Values of settings that an experiment without them has, for ever: links leave these out. */
import type { Settings } from "./config.ts";

/**
 * What settings hold where they are absent or without effect: settings of other models, and all
 * that makes a lane more than a linear model on all its examples. An experiment has one form
 * whatever it was made from.
 */
export const NEUTRAL = {
  latents2: 8,
  beta2: 1,
  encoderVariance2: { kind: "learnable", std: 1 },
  condition: { kind: "correlated" },
  correlation: [0],
  testShare: 0,
  network: { kind: "dense", hidden: [] },
  activation: "relu",
  maps: "joint",
  likelihood: "gaussian",
  klSchedule: { kind: "constant" },
  freeBits: 0,
} as const satisfies Partial<Settings>;
