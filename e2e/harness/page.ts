/**
 * Entry of the harness page: what tests reach through `page.evaluate` as `globalThis.harness`.
 */
import { benchHarness } from "./bench.ts";
import { exactHarness } from "./exact.ts";
import { kernelHarness } from "./kernels.ts";
import { mapHarness } from "./map.ts";
import { metricsHarness } from "./metrics.ts";
import { paperHarness } from "./paper.ts";
import { evaluateHarness } from "./sampled-evaluate.ts";
import { sampledEnsembleHarness } from "./sampled-ensemble.ts";
import { sampledHarness } from "./sampled.ts";
import { tapeHarness } from "./tape.ts";
import { trainingHarness } from "./training.ts";
import { verifyHarness } from "./verify.ts";

export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** Whether it is a software adapter. */
  readonly software: boolean;
  readonly features: readonly string[];
}

/** The adapter the browser offers, or null: then there is no WebGPU. */
async function adapterInfo(): Promise<AdapterInfo | null> {
  // Absent outside secure contexts and in headless-shell builds, whatever the types say.
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = (await gpu?.requestAdapter()) ?? null;
  if (adapter === null) return null;
  const { vendor, architecture, device, description } = adapter.info;
  return {
    vendor,
    architecture,
    device,
    description,
    software:
      adapter.info.isFallbackAdapter || /swiftshader/i.test(architecture),
    features: [...adapter.features].sort(),
  };
}

const harness = {
  adapterInfo,
  ...benchHarness,
  ...evaluateHarness,
  ...exactHarness,
  ...kernelHarness,
  ...mapHarness,
  ...metricsHarness,
  ...paperHarness,
  ...sampledEnsembleHarness,
  ...sampledHarness,
  ...tapeHarness,
  ...trainingHarness,
  ...verifyHarness,
};

declare global {
  var harness: Harness;
}
export type Harness = typeof harness;

globalThis.harness = harness;
