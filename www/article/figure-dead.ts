/** Modes kept and units dead as beta grows: learnable and fixed variance. */
import { laneOf, predicted } from "./experiments.ts";
import {
  type Axis,
  corners,
  Panel,
  staircase,
  type Step,
  symbol,
} from "./plot.ts";

const BETA: Axis = {
  from: 0.05,
  to: 20,
  log: true,
  ticks: [0.1, 1, 10],
  label: `KL weight ${symbol("β")}`,
};

/** "8 up to 0.16, then 7 up to 0.36". */
export function told(steps: readonly Step[]): string {
  return steps
    .map(({ to, value }, i) =>
      i === steps.length - 1
        ? String(value)
        : `${String(value)} up to ${String(Number(to.toPrecision(3)))}`,
    )
    .join(", then ");
}

export function dead(): string[] {
  return [0, 1].map((lane) => {
    const settings = laneOf("dead-or-diluted", lane);
    const { latents } = settings;
    const at = (beta: number) => predicted({ ...settings, beta });
    const kept = staircase(BETA, (beta) => at(beta).activeUnits);
    // Where axes are free, what survives lies across all units: none is silent while any mode is left.
    const on = staircase(BETA, (beta) => {
      const { unitsAligned, activeUnits } = at(beta);
      return unitsAligned || activeUnits === 0 ? activeUnits : latents;
    });
    const learnable = lane === 0;
    const name = learnable ? "a" : "b";
    const top = (steps: readonly Step[]) =>
      corners(steps.map((step) => ({ ...step, value: latents }))).reverse();
    const panel = new Panel({
      title: learnable
        ? `<tspan class="tone-a">●</tspan> A  Learnable variance`
        : `<tspan class="tone-b">■</tspan> B  Fixed variance`,
      x: BETA,
      y: {
        from: 0,
        to: latents,
        ticks: [0, latents / 4, latents / 2, (3 * latents) / 4, latents],
        label: `of ${String(latents)}`,
      },
      description: `${learnable ? "Learnable" : "Fixed"} variance, as beta grows. Modes kept: ${told(kept)}. Units that are on: ${told(on)}.`,
    })
      .area("hatched", corners(on), top(on))
      .area(`lane-${name} soft`, corners(kept))
      .line(`line-${name}`, corners(kept));
    panel.text("modes kept", [BETA.from, 0], {
      name: "strong",
      dx: 10,
      dy: -12,
    });
    const hatch = on.filter(({ value }) => value < latents);
    panel.text(learnable ? "dead units" : "dead", [BETA.to, latents], {
      name: "strong halo end",
      dx: -5,
      dy: 20,
    });
    if (!learnable)
      panel.text(`all ${String(latents)} units on`, [hatch[0].from, latents], {
        name: "strong end",
        dx: -8,
        dy: 20,
      });
    return String(panel);
  });
}
