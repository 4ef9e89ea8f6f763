/** Two levels of latents: modes that each keeps, as beta2 grows and as sigma1 shrinks. */
import type { Settings } from "../../src/experiment/config.ts";
import { fixedAt } from "../../src/experiment/preset.ts";
import { told } from "./figure-dead.ts";
import { laneOf, predicted } from "./experiments.ts";
import {
  type Axis,
  corners,
  Panel,
  staircase,
  type Step,
  symbol,
} from "./plot.ts";

const BETA2: Axis = {
  from: 0.5,
  to: 7,
  ticks: [1, 2, 3, 4, 5, 6],
  label: symbol("β₂"),
};
const SIGMA1: Axis = {
  from: 0.03,
  to: 0.6,
  log: true,
  ticks: [0.05, 0.1, 0.2, 0.5],
  label: symbol("σ₁"),
};

export function levels(): string[] {
  const base = laneOf("top-dies-first");
  return [
    panel("KL weight of the second level", "beta 2", BETA2, base, (beta2) => ({
      ...base,
      beta2,
    })),
    panel("Noise of the first level", "sigma 1", SIGMA1, base, (std) => ({
      ...base,
      encoderVariance: fixedAt(std),
    })),
  ];
}

function panel(
  title: string,
  spoken: string,
  x: Axis,
  { latents }: Settings,
  at: (value: number) => Settings,
): string {
  const kept = (level: 0 | 1): Step[] =>
    staircase(x, (value) => predicted(at(value)).levels[level].activeUnits);
  const [first, second] = [kept(0), kept(1)];
  const top = corners(second.map((step) => ({ ...step, value: latents })));
  const widest = second.reduce((a, b) =>
    b.value > 0 && b.value < latents && b.to - b.from > a.to - a.from ? b : a,
  );
  const falls = second[0].value > widest.value;
  const picture = new Panel({
    title,
    x,
    y: {
      from: 0,
      to: latents + 1,
      ticks: [0, latents / 3, (2 * latents) / 3, latents],
      label: `of ${String(latents)}`,
    },
    description: `Modes kept as ${spoken} rises. First level: ${told(first)}. Second level: ${told(second)}.`,
  })
    .area("hatched", corners(second), [...top].reverse())
    .area("second", corners(second))
    .line("", corners(second))
    .line("first", corners(first))
    .text("first level", [falls ? x.to : x.from, latents], {
      name: falls ? "strong end" : "strong",
      dx: falls ? -6 : 6,
      dy: -7,
    })
    .text("second level", [falls ? x.from : x.to, 0], {
      name: falls ? "strong" : "strong end",
      dx: falls ? 6 : -6,
      dy: -10,
    })
    .text("dead", [falls ? x.to : x.from, latents], {
      name: falls ? "strong halo end" : "strong halo",
      dx: falls ? -10 : 10,
      dy: 24,
    });
  return String(picture);
}
