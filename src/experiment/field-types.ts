/** What a row of the table of settings says. Types, and what rows have in common. */
import type { ModelKind, Settings } from "./config.ts";
import type { NumberRange } from "./numbers.ts";
import type { ChoiceKey, NumberKey, Option } from "./ranges.ts";

interface FieldBase {
  /** Key in links. */
  readonly link: string;
  /** Symbol of the literature, or "". */
  readonly symbol: string;
  readonly label: string;
  /** One line. */
  readonly help: string;
  readonly unit?: string;
  /** May differ between lanes. */
  readonly perLane: boolean;
  /**
   * May change while training, without a restart ("part": the learning rate may, and free bits
   * from one value above zero to another).
   */
  readonly live: boolean | "part";
  /** Shown at once, or under the disclosure. */
  readonly group: "main" | "training";
  /** The models that have it; all if absent. Links and files of other models leave it out. */
  readonly models?: readonly ModelKind[];
  /** False where the setting has no effect; the form then leaves it out. */
  readonly when?: (settings: Settings) => boolean;
  /**
   * Links and files have it only where some lane's is not neutral (`neutral.ts`); where it is
   * absent it is neutral.
   */
  readonly optional?: true;
  /** First link version that has it. */
  readonly since: 1;
}

export interface NumberField extends FieldBase {
  readonly key: NumberKey;
  readonly type: "number";
  readonly range: NumberRange;
}
export interface ChoiceField extends FieldBase {
  readonly key: ChoiceKey;
  readonly type: "choice";
  readonly options: readonly Option<string>[];
}
/** Settings with a control of their own; numbers inside them take their limits from `PARTS`. */
export interface SpecialField extends FieldBase {
  readonly key:
    | "biases"
    | "condition"
    | "correlation"
    | "data"
    | "encoderVariance"
    | "encoderVariance2"
    | "klSchedule"
    | "network"
    | "optimizer";
  readonly type:
    | "condition"
    | "correlation"
    | "data"
    | "network"
    | "optimizer"
    | "schedule"
    | "switch"
    | "variance";
}
export type Field = NumberField | ChoiceField | SpecialField;

export const OF_A_LANE = { perLane: true, live: false, since: 1 } as const;
export const OF_ALL_LANES = { perLane: false, live: false, since: 1 } as const;
