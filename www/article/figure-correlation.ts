/** A conditional VAE: modes that survive over rho and beta, and what rho leaves of the data. */
import type { Settings } from "../../src/experiment/config.ts";
import { laneOf, predicted, thetaOf } from "./experiments.ts";
import {
  type Axis,
  crossing,
  Panel,
  type Point,
  samples,
  symbol,
} from "./plot.ts";

const RHO: Axis = {
  from: 0,
  to: 1,
  ticks: [0, 0.25, 0.5, 0.75, 1],
  label: `correlation ${symbol("ρ")}`,
};
const BETA: Axis = {
  from: 0.05,
  to: 20,
  log: true,
  ticks: [0.1, 1, 10],
  label: `KL weight ${symbol("β")}`,
};

export function correlation(): string[] {
  const base = laneOf("told-or-not");
  const alive = (rho: number, beta: number): number =>
    predicted({ ...base, correlation: [rho], beta }).activeUnits;
  return [regions(base, alive), remainder(base)].map(String);
}

function regions(
  base: Settings,
  alive: (rho: number, beta: number) => number,
): Panel {
  const { latents } = base;
  const panel = new Panel({
    title: "Modes that survive",
    x: RHO,
    y: BETA,
    description: `How many of ${String(latents)} modes survive, over rho and beta. At beta ${String(base.beta)}: ${[0, 0.5, 0.9, 1].map((rho) => `${String(alive(rho, base.beta))} at rho ${String(rho)}`).join(", ")}. Every boundary falls to zero at rho 1.`,
  });
  // Where fewer than `count` are left; close to rho = 1 below any beta drawn.
  const edge = (count: number, rho: number): number =>
    alive(rho, BETA.from) < count
      ? BETA.from
      : Math.exp(
          crossing(
            Math.log(BETA.from),
            Math.log(BETA.to),
            (at) => alive(rho, Math.exp(at)) < count,
          ),
        );
  let above: number = BETA.to;
  for (let count = 1; count <= latents; count++) {
    const points: Point[] = [];
    for (const t of samples({ ...RHO, to: 1 }, 61)) {
      // Denser where the boundary falls.
      const rho = 1 - (1 - t) ** 2;
      const beta = edge(count, rho);
      points.push([rho, beta]);
      if (beta === BETA.from) break;
    }
    panel.area("region", points).line("thin", points);
    const here = edge(count, 0);
    // The number of those left above this boundary, where there is room for it.
    panel.text(String(count - 1), [0, Math.sqrt(above * here)], {
      name: "strong mid",
      dx: 14,
      dy: 4,
    });
    above = here;
  }
  panel.text(String(latents), [0, Math.sqrt(above * BETA.from)], {
    name: "strong mid",
    dx: 14,
    dy: 4,
  });
  for (const [lane, name] of [
    [0, "a"],
    [1, "b"],
  ] as const) {
    const { correlation: rho, beta } = laneOf("told-or-not", lane);
    panel.lane(name, rho[0], beta);
  }
  return panel;
}

function remainder(base: Settings): Panel {
  const { latents } = base;
  const theta = thetaOf(base).slice(0, latents);
  const told = predicted(base);
  const line = told.threshold[0];
  const rho = base.correlation[0];
  const x: Axis = {
    from: 0.4,
    to: latents + 0.6,
    ticks: theta.map((_, i) => i + 1),
    label: "mode",
  };
  const panel = new Panel({
    title: `What ${symbol("ρ")} = ${String(rho)} leaves`,
    x,
    y: { from: 0, to: 3, ticks: [0, 1, 2, 3], label: symbol("θ") },
    description: `Singular values of ${String(latents)} modes, before and after what x tells is taken out: ${theta.map((value, i) => `${String(value)} to ${told.theta[i].toFixed(2)}`).join(", ")}. The waterline is at ${String(line)}; ${String(told.activeUnits)} stand above it.`,
  });
  panel.area("under", [
    [x.from, line],
    [x.to, line],
  ]);
  theta.forEach((value, i) => {
    const left = told.theta[i];
    panel
      .bar("data", i + 1, 0, value, 20)
      .bar(left > line ? "lane-a" : "hatched", i + 1, 0, left, 20);
  });
  return panel
    .line("water", [
      [x.from, line],
      [x.to, line],
    ])
    .text("waterline", [x.to, line], { name: "end halo", dy: -6 });
}
