/** The paper's experiments as sweeps: the right losses, the program's own data unless a file is given. */
import type { DataSource, Settings } from "../experiment/config.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import { configOf, DEFAULT_CONFIG } from "../experiment/schema.ts";
import type { SweepAxis, SweepSpec } from "./sweep-protocol.ts";

export type FigureName =
  | "active-units"
  | "learnable-fixed"
  | "relu-cvae"
  | "relu-mhvae"
  | "conv"
  | "cvae-correlation";

export interface FigureOptions {
  /** A data set of images in place of the program's digits. */
  readonly data?: Extract<DataSource, { kind: "file" }>;
  /** Wider networks, more examples and steps. */
  readonly full: boolean;
  readonly seeds: readonly number[];
  /** Importance samples of the log-likelihood; 0 for none. */
  readonly samples: number;
}

export interface PaperPanel {
  readonly title: string;
  readonly spec: SweepSpec;
}

export interface PaperFigure {
  readonly name: FigureName;
  readonly title: string;
  /** What it shows, and where it differs from the authors' scripts. */
  readonly note: string;
  readonly panels: (options: FigureOptions) => PaperPanel[];
}

const HALF_BETA =
  "The authors' script halves the KL and not the reconstruction, so what it calls β trains as β/2: compare their β = 2 with β = 1 here.";

const BETAS = [0.25, 0.5, 1, 2, 4, 8, 16];

/** A network on images, sizes as asked. */
function images(
  { data, full }: FigureOptions,
  change: Partial<Settings>,
): Settings {
  return {
    ...DEFAULT_CONFIG.base,
    ...NEUTRAL,
    data: data ?? { kind: "digits28" },
    rows: full ? 10_000 : 2000,
    testShare: 0.2,
    network: { kind: "dense", hidden: [full ? 256 : 64] },
    latents: 20,
    etaDec: 0.5,
    biases: true,
    estimator: "sampled",
    // From the prior's: smaller ones wake units that the optimum has no use for, and they die slowly.
    encoderVariance: { kind: "learnable", std: 1 },
    optimizer: { kind: "adam", learningRate: full ? 0.001 : 0.002 },
    // Units that the optimum does not use take thousands of steps to die.
    batchSize: full ? 128 : 64,
    steps: full ? 20_000 : 4000,
    ...change,
  };
}

function panel(
  title: string,
  base: Settings,
  axes: readonly SweepAxis[],
  { seeds, samples }: FigureOptions,
): PaperPanel {
  return {
    title,
    spec: {
      config: configOf([base]),
      axes,
      seeds,
      likelihoodSamples: samples,
    },
  };
}

/** theta^2 falls from 3 to 0.3 in equal ratios over 128 directions: 61 of them above beta eta^2 = 1. */
const SPECTRUM_128 = Array.from({ length: 128 }, (_, i) =>
  Number(Math.sqrt(3 * 0.1 ** (i / 127)).toPrecision(6)),
);

export const FIGURES: readonly PaperFigure[] = [
  {
    name: "active-units",
    title: "Units in use of a ReLU VAE as β grows",
    note: `Theorem 1 of the linear model beside a network trained on the same data. A unit is in use here if its posterior mean depends on the input; the authors count pairs of example and unit instead, and their script samples with σ² where its KL has σ and passes posterior means through a ReLU.`,
    panels: (options) => [
      panel(
        "ReLU VAE",
        images(options, {}),
        [{ field: "beta", values: BETAS }],
        options,
      ),
    ],
  },
  {
    name: "learnable-fixed",
    title: "Learnable against fixed encoder variance, linear and ReLU",
    note: `With equal fixed variances a linear model uses the same directions spread over all units, so none is dead and no KL is zero; a learnable variance gives every direction a unit. The authors' "ReLU, not learnable" script trains a linear model; the one here has its ReLU.`,
    panels: (options) => {
      const axes: SweepAxis[] = [{ field: "beta", values: [0.25, 1, 4, 16] }];
      const linear = images(options, {
        network: NEUTRAL.network,
        estimator: "exact",
        testShare: 0.2,
        optimizer: { kind: "adam", learningRate: 0.02 },
        steps: options.full ? 6000 : 2000,
      });
      const relu = images(options, {});
      const fixed = {
        encoderVariance: { kind: "fixed", std: [1] },
      } as const satisfies Partial<Settings>;
      return [
        panel("Linear VAE, learnable variance", linear, axes, options),
        panel(
          "Linear VAE, fixed variance",
          { ...linear, ...fixed },
          axes,
          options,
        ),
        panel("ReLU VAE, learnable variance", relu, axes, options),
        panel("ReLU VAE, fixed variance", { ...relu, ...fixed }, axes, options),
      ];
    },
  },
  {
    name: "relu-cvae",
    title: "ReLU conditional VAE over β and η_dec",
    note: `The lower left quarter of an image is given, the rest predicted. ${HALF_BETA}`,
    panels: (options) => [
      panel(
        "ReLU CVAE",
        images(options, {
          model: "cvae",
          condition: { kind: "quarter" },
          latents: 16,
        }),
        [
          { field: "beta", values: [0.1, 0.5, 1, 2] },
          { field: "etaDec", values: [0.25, 0.5, 1, 2] },
        ],
        options,
      ),
    ],
  },
  {
    name: "relu-mhvae",
    title: "ReLU hierarchical VAE over β₁, β₂ and η_dec",
    note: `σ₁ is fixed and σ₂ learnable, as in the theorem. KL₁ is not a divergence and may be negative; the authors' script clamps both KL terms at zero, counts σ₁ twice and bounds σ₂ below 1. ${HALF_BETA} That holds for both of its β.`,
    panels: (options) => {
      const base = images(options, {
        model: "mhvae",
        latents: 20,
        latents2: 10,
        encoderVariance: { kind: "fixed", std: [0.5] },
      });
      const values = [0.25, 0.5, 1, 2, 4];
      return [
        panel("over β₁", base, [{ field: "beta", values }], options),
        panel("over β₂", base, [{ field: "beta2", values }], options),
        panel(
          "over η_dec",
          base,
          [{ field: "etaDec", values: [0.25, 0.5, 1, 2] }],
          options,
        ),
      ];
    },
  },
  {
    name: "conv",
    title: "Units in use of a convolutional VAE as β grows",
    note: `Strided convolutions down, transposed ones up. ${HALF_BETA}`,
    panels: (options) => [
      panel(
        "Convolutional VAE",
        images(options, {
          network: {
            kind: "conv",
            channels: options.full ? [32, 64] : [8, 16],
            hidden: [options.full ? 256 : 64],
          },
          steps: options.full ? 10_000 : 2000,
        }),
        [{ field: "beta", values: [0.25, 1, 4, 16] }],
        options,
      ),
    ],
  },
  {
    name: "cvae-correlation",
    title: "Linear conditional VAE with inputs of growing correlation",
    note: `Gaussian pairs in 128 dimensions, each coordinate of y correlated with its own of x: what x tells, z does not have to. All latents die where x and y are identical. A file has no say in it. The authors' matrix script swaps η_enc and η_dec in one ratio, which shows only where they differ; both are 1 here.`,
    panels: (options) => [
      panel(
        "Linear CVAE",
        {
          ...DEFAULT_CONFIG.base,
          model: "cvae",
          data: { kind: "spectrum", theta: SPECTRUM_128 },
          condition: { kind: "correlated" },
          rows: 1024,
          latents: 64,
          estimator: "exact",
          optimizer: { kind: "adam", learningRate: 0.02 },
          steps: options.full ? 10_000 : 2000,
        },
        [{ field: "correlation", values: [1, 0.5, 0.25, 0.125, 0] }],
        options,
      ),
    ],
  },
];
