/** The inequality of each mode as LaTeX, for a slide or a paper. */
import type { LaneState } from "../session/store.ts";
import type { Criterion } from "../theory/prediction.ts";
import { levelCount } from "./levels.ts";
import { generalForm } from "./math-text.ts";
import { guideOf, theoryOf } from "./networks.ts";
import { text } from "./strings.ts";

const number = (x: number) => String(Number(x.toPrecision(4)));

/** The index names of theory's formulas are upright in print. */
const upright = (latex: string) =>
  latex.replace(/_\{?(dec|enc)\}?/g, String.raw`_{\mathrm{$1}}`);

function rows(criteria: readonly Criterion[]): string {
  return criteria
    .map(({ value, threshold, alive }, i) => {
      const sign = alive ? ">" : String.raw`\le`;
      const word = alive ? "survives" : "collapses";
      return String.raw`  i = ${String(i + 1)}:\quad & ${number(value)} ${sign} ${number(threshold)} && \text{${word}}`;
    })
    .join(" \\\\\n");
}

function levelLatex(lane: LaneState, level: number): string {
  const criteria = theoryOf(lane)?.levels.at(level)?.criteria ?? [];
  const { settings, name } = lane;
  const { beta, beta2, etaDec, etaEnc } = settings;
  const two = levelCount(settings) > 1;
  const variance =
    level === 0 ? settings.encoderVariance : settings.encoderVariance2;
  const weights = two
    ? `beta1 = ${number(beta)}, beta2 = ${number(beta2)}`
    : `beta = ${number(beta)}`;
  const comment = `% ${name}${two ? `, z${String(level + 1)}` : ""}: ${variance.kind} encoder variance; ${weights}, eta_dec = ${number(etaDec)}, eta_enc = ${number(etaEnc)}`;
  if (criteria.length === 0)
    return `${comment}\n% ${lane.noTheory ?? lane.prediction?.note ?? "no threshold"}`;
  const rules = [
    ...new Set(
      criteria.map(({ left, right }) => generalForm(`${left} > ${right}`)),
    ),
  ];
  return [
    comment,
    ...(guideOf(lane) ? [`% ${text.guide.latex}`] : []),
    String.raw`\begin{align*}`,
    ...rules.map((rule) => String.raw`  & ${upright(rule)} \\`),
    rows(criteria),
    String.raw`\end{align*}`,
  ].join("\n");
}

/** One align* environment per lane and level. */
export function latexOf(lanes: readonly LaneState[]): string {
  return lanes
    .flatMap((lane) =>
      Array.from({ length: levelCount(lane.settings) }, (_, level) =>
        levelLatex(lane, level),
      ),
    )
    .join("\n");
}
