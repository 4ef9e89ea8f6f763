/** The tensors a model is made of: shapes and starts. */
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { isHidden } from "../experiment/network-text.ts";
import { predictsVariance } from "../experiment/sampling.ts";
import type { ParamSpec } from "./ops.ts";

/**
 * How a tensor starts.
 *
 * Normal: `initScale` times normal draws, counted unit by unit along that axis, so that models of other sizes
 * start alike where they overlap; `between` levels, the other side is made of units, too. Fan-in:
 * normal of variance gain / fanIn (He et al., "Delving deep into rectifiers", 2015).
 * LogVar: ln of the squared initial std of that level's units.
 */
export type Init =
  | {
      readonly kind: "normal";
      readonly units: "rows" | "columns";
      readonly between?: boolean;
    }
  | { readonly kind: "fan-in"; readonly fanIn: number; readonly gain: number }
  | { readonly kind: "zero" }
  | { readonly kind: "logVar"; readonly level: 1 | 2 };

export interface ModelParam extends ParamSpec {
  readonly init: Init;
}

/** What a model must know of its data. */
export interface DataShape {
  /** Of x. */
  readonly columns: number;
  /** Columns of y, in a conditional model. */
  readonly outputs?: number;
  /** Sides of a whole row drawn as an image. */
  readonly image?: { readonly width: number; readonly height: number };
  /** Which columns of the whole row x and y are. */
  readonly parts?: {
    readonly x: readonly number[];
    readonly y: readonly number[];
  };
}

/** The shape of a data set. */
export function dataShape(data: {
  readonly columns: number;
  readonly y?: { readonly outputs: number };
  readonly image?: DataShape["image"];
  readonly parts?: DataShape["parts"];
}): DataShape {
  const { columns, y, image, parts } = data;
  return {
    columns,
    ...(y && { outputs: y.outputs }),
    ...(image && { image }),
    ...(parts && { parts }),
  };
}

/** The log-variance that does not depend on the input: [1, units], trained or constant. */
export function logVarParam(
  name: string,
  units: number,
  variance: EncoderVariance,
  level: 1 | 2,
): ModelParam {
  return {
    name,
    shape: [1, units],
    trained: variance.kind === "learnable",
    init: { kind: "logVar", level },
  };
}

/** Weights of both sides before the log-variance: the order of a linear model's analyses. */
export function logVarLast(params: readonly ModelParam[]): ModelParam[] {
  const isLogVar = ({ init }: ModelParam): boolean => init.kind === "logVar";
  return [
    ...params.filter((param) => !isLogVar(param)),
    ...params.filter(isLogVar),
  ];
}

/** Whether every map of the model is linear and no variance depends on the input: what theory covers. */
export function isLinear(
  settings: Pick<
    Settings,
    "network" | "encoderVariance" | "encoderVariance2" | "model"
  >,
): boolean {
  return !isHidden(settings.network) && !predictsVariance(settings);
}
