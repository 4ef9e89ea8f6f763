/** The inequality of each mode as LaTeX, for a slide or a paper. */
import type { LaneState } from "../session/store.ts";
import { waterline } from "./waterline.ts";

const number = (x: number) => String(Number(x.toPrecision(4)));

function laneLatex(lane: LaneState): string {
  const theta = lane.prediction?.theta ?? [];
  const lines = waterline(lane.settings, theta.length);
  const { beta, etaDec, etaEnc, encoderVariance } = lane.settings;
  const learnable = encoderVariance.kind === "learnable";
  const rule = learnable
    ? String.raw`\theta_i^2 > \beta\,\eta_{\mathrm{dec}}^2`
    : String.raw`\theta_i > \sqrt{\beta}\,\frac{\eta_{\mathrm{dec}}}{\eta_{\mathrm{enc}}}\,\sigma_i`;
  const rows = theta.map((t, i) => {
    const [left, right] = learnable ? [t * t, lines[i] ** 2] : [t, lines[i]];
    const sign = t > lines[i] ? ">" : String.raw`\le`;
    const word = t > lines[i] ? "survives" : "collapses";
    return String.raw`  i = ${String(i + 1)}:\quad & ${number(left)} ${sign} ${number(right)} && \text{${word}}`;
  });
  const comment = `% ${lane.name}: ${encoderVariance.kind} encoder variance; beta = ${number(beta)}, eta_dec = ${number(etaDec)}, eta_enc = ${number(etaEnc)}`;
  return [
    comment,
    String.raw`\begin{align*}`,
    String.raw`  & ${rule} \\`,
    rows.join(" \\\\\n"),
    String.raw`\end{align*}`,
  ].join("\n");
}

/** One align* environment per lane. */
export function latexOf(lanes: readonly LaneState[]): string {
  return lanes.map(laneLatex).join("\n");
}
