/** Every tensor of a run as it is, for a file. Types only. */

/** How a tensor began; see model/param.ts. */
export type TensorStart =
  | {
      readonly kind: "normal";
      readonly units: "rows" | "columns";
      readonly between?: boolean;
    }
  | { readonly kind: "fan-in"; readonly fanIn: number; readonly gain: number }
  | { readonly kind: "zero" }
  | { readonly kind: "logVar"; readonly level: 1 | 2 };

export interface WeightTensor {
  readonly name: string;
  /** [rows, columns]; row-major values. */
  readonly shape: readonly [number, number];
  readonly values: Float32Array;
  readonly trained: boolean;
  readonly start: TensorStart;
}

export interface WeightsReadout {
  readonly step: number;
  /** Tensors of each lane, in the order their starts were drawn in. */
  readonly lanes: readonly (readonly WeightTensor[])[];
}
