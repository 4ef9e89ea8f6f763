/** Every tensor of a run as it is, for a file. Types only. */

import type { Init } from "../model/param.ts";

export interface WeightTensor {
  readonly name: string;
  /** [rows, columns]; row-major values. */
  readonly shape: readonly [number, number];
  readonly values: Float32Array;
  readonly trained: boolean;
  readonly start: Init;
}

export interface WeightsReadout {
  readonly step: number;
  /** Tensors of each lane, in the order their starts were drawn in. */
  readonly lanes: readonly (readonly WeightTensor[])[];
}
