/** One mode's loss over its decoder weight, and where its minima are as beta grows. */
import { exactVae } from "../../src/reference/exact.ts";
import type { Settings } from "../../src/experiment/config.ts";
import { laneOf, predicted, thetaOf } from "./experiments.ts";
import { type Axis, Panel, type Point, samples, symbol } from "./plot.ts";

const BETAS = [1, 2, 4, 8];
const U: Axis = {
  from: -2.6,
  to: 2.6,
  ticks: [-2, -1, 0, 1, 2],
  label: `decoder weight ${symbol("u")}`,
};
const LOSS: Axis = {
  from: -1,
  to: 1.5,
  ticks: [-1, 0, 1],
  label: "nats above the collapsed state",
};
const BETA: Axis = {
  from: 0.001,
  to: 9,
  ticks: [1, 2, 4, 6, 8],
  label: `KL weight ${symbol("β")}`,
};
const WEIGHT: Axis = {
  from: -2.6,
  to: 2.6,
  ticks: [-2, -1, 0, 1, 2],
  label: `best ${symbol("u")}`,
};

/** Loss at decoder weight u with the encoder and its variance at their best for it (theory.md: W and rho at zero gradient). */
function profile(settings: Settings, u: number): number {
  const { beta, etaDec, etaEnc } = settings;
  const theta = thetaOf(settings)[0];
  const encW = u / (u * u + beta * (etaDec / etaEnc) ** 2);
  const variance = beta / ((u / etaDec) ** 2 + beta / etaEnc ** 2);
  return exactVae(
    {
      encW: Float64Array.of(encW),
      decU: Float64Array.of(u),
      logVar: Float64Array.of(Math.log(variance)),
    },
    { beta, etaDec, etaEnc },
    { matrix: Float64Array.of(theta * theta), energy: theta * theta },
  ).loss;
}

export function minima(): string[] {
  const base = laneOf("minima");
  const at = (beta: number): Settings => ({ ...base, beta });
  const omega = (beta: number): number => predicted(at(beta)).omega[0];

  const losses = new Panel({
    title: "Loss",
    x: U,
    y: LOSS,
    description: `Loss against decoder weight. ${BETAS.map((beta) =>
      omega(beta) > 0
        ? `At beta ${String(beta)}, two minima at plus and minus ${omega(beta).toFixed(2)}`
        : `At beta ${String(beta)}, one minimum at zero`,
    ).join(". ")}.`,
  });
  for (const beta of BETAS) {
    const settings = at(beta);
    const collapsed = profile(settings, 0);
    const points = samples(U, 105)
      .map((u): Point => [u, profile(settings, u) - collapsed])
      .filter(([, loss]) => loss <= LOSS.to);
    losses.line(omega(beta) > 0 ? "" : "beyond", points);
    const [x, y] = points[points.length - 1];
    losses.text(`${symbol("β")} ${String(beta)}`, [x, y], {
      name: "end halo",
      dx: -3,
      dy: -5,
    });
    for (const u of new Set([-omega(beta), omega(beta)]))
      losses.tick(u, profile(settings, u) - collapsed);
  }

  const threshold = predicted(base).threshold[0] ** 2 / base.beta;
  const edge = thetaOf(base)[0] ** 2 / threshold;
  const branch = samples({ ...BETA, to: edge }, 81).map((beta): Point => [
    edge - (edge - beta) ** 2 / edge,
    0,
  ]);
  const upper = branch.map(([beta]): Point => [beta, omega(beta)]);
  const places = new Panel({
    title: "Where the minima are",
    x: BETA,
    y: WEIGHT,
    description: `Best decoder weight against beta: two branches, plus and minus omega, that meet at zero at beta ${String(edge)} and stay there.`,
  });
  places
    .area("under", [
      [edge, WEIGHT.to],
      [BETA.to, WEIGHT.to],
    ])
    .line("saddle", [
      [BETA.from, 0],
      [edge, 0],
    ])
    .line("", upper)
    .line(
      "",
      upper.map(([beta, u]): Point => [beta, -u]),
    )
    .line("", [
      [edge, 0],
      [BETA.to, 0],
    ])
    .text("collapsed", [(edge + BETA.to) / 2, 0], { name: "mid", dy: -10 })
    .text("saddle", [BETA.from, 0], { dx: 8, dy: -6 });
  for (const beta of BETAS)
    for (const u of new Set([-omega(beta), omega(beta)])) places.tick(beta, u);
  return [String(losses), String(places)];
}
