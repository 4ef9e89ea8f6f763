/**
 * What float32 may do to an exact-moment training, as a running error analysis.
 *
 * Trains in float64 and carries, for every number the kernel rounds, a bound on its distance from
 * the float64 value: what was there before, spread by the absolute values of the terms it goes
 * through, plus `terms * 2^-24 * sum of |terms|` for the rounding of each sum. First order:
 * products of two errors are left out.
 */
import { ADAM } from "../../src/engine/exact-schedule.ts";
import type { ExactProblem } from "./exact-problem.ts";
import { UNIT } from "./tracked.ts";

/** A number and how far float32 may be from it. */
interface Tracked {
  readonly value: Float64Array;
  readonly error: Float64Array;
}

export interface Tracks {
  /** W^T and U, [D, k]. */
  readonly w: Tracked;
  readonly u: Tracked;
  readonly logVar: Tracked;
  /** Loss, reconstruction, kl of each step. */
  readonly terms: { value: number[]; error: number[] }[];
}

function tracked(value: Float64Array): Tracked {
  return { value, error: new Float64Array(value.length) };
}

/** One Adam or descent step of every entry; returns nothing, moves `at`. */
export function optimize(
  at: Tracked,
  first: Tracked,
  second: Tracked,
  gradient: Tracked,
  { kind, learningRate }: ExactProblem["optimizer"],
  step: number,
): void {
  for (let n = 0; n < at.value.length; n++) {
    const g = gradient.value[n];
    const ge = gradient.error[n];
    let move = learningRate * g;
    let moveError = learningRate * (ge + 4 * UNIT * Math.abs(g));
    if (kind === "adam") {
      const { decay1, decay2, epsilon } = ADAM;
      const root = Math.sqrt(1 - decay2 ** (step + 1));
      const rate = (learningRate * root) / (1 - decay1 ** (step + 1));
      const was = first.value[n];
      const m = decay1 * was + (1 - decay1) * g;
      const parts = decay1 * Math.abs(was) + (1 - decay1) * Math.abs(g);
      const me = decay1 * first.error[n] + (1 - decay1) * ge + 4 * UNIT * parts;
      const v = decay2 * second.value[n] + (1 - decay2) * g * g;
      // 1 - decay2 in float32 is itself off by up to 2^-25 / 1e-3 of its value.
      const ve =
        decay2 * second.error[n] +
        (1 - decay2) * ge * (2 * Math.abs(g) + ge) +
        4 * UNIT * v +
        (UNIT / 2) * g * g;
      const std = Math.sqrt(v);
      const stdError = std - Math.sqrt(Math.max(0, v - ve)) + 2 * UNIT * std;
      const below = Math.max(std - stdError, 0) + epsilon * root;
      move = (rate * m) / (std + epsilon * root);
      // |m| <= 10 sqrt(v) while few steps are done, so no move exceeds 10 rates.
      moveError = Math.min(
        (rate * (me + (Math.abs(m) * stdError) / (std + epsilon * root))) /
          below +
          8 * UNIT * Math.abs(move),
        20 * rate,
      );
      first.value[n] = m;
      first.error[n] = me;
      second.value[n] = v;
      second.error[n] = ve;
    }
    at.value[n] -= move;
    // What does not move is not rounded either.
    if (move !== 0 || moveError !== 0)
      at.error[n] +=
        moveError + UNIT * (Math.abs(at.value[n]) + Math.abs(move));
  }
}

/** Trains `problem` for `steps` steps. */
export function trackExact(problem: ExactProblem, steps: number): Tracks {
  const { phi, latents: k, beta } = problem;
  const d = phi.length;
  const a = problem.etaDec ** 2;
  const e = problem.etaEnc ** 2;
  const w = tracked(new Float64Array(d * k));
  const u = tracked(Float64Array.from(problem.decU, Math.fround));
  const logVar = tracked(Float64Array.from(problem.logVar, Math.fround));
  for (let j = 0; j < d; j++)
    for (let i = 0; i < k; i++)
      w.value[j * k + i] = Math.fround(problem.encW[i * d + j]);
  const state = [w, u, logVar].map((at) => ({
    at,
    first: tracked(new Float64Array(at.value.length)),
    second: tracked(new Float64Array(at.value.length)),
    gradient: tracked(new Float64Array(at.value.length)),
  }));
  const terms: Tracks["terms"] = [];
  // Longest chain of roundings: over coordinates, over latents, and the few of each term.
  const chain = (d + k + 24) * UNIT;

  for (let step = 0; step < steps; step++) {
    const h = tracked(new Float64Array(k * k));
    const g = tracked(new Float64Array(k * k));
    const sizes = new Float64Array(2 * k * k);
    for (let j = 0; j < d; j++) {
      for (let i = 0; i < k; i++) {
        for (let l = 0; l < k; l++) {
          const [x, y] = [j * k + i, j * k + l];
          const n = i * k + l;
          h.value[n] += phi[j] * w.value[x] * w.value[y];
          h.error[n] +=
            phi[j] *
            (Math.abs(w.value[x]) * w.error[y] +
              Math.abs(w.value[y]) * w.error[x]);
          sizes[n] += phi[j] * Math.abs(w.value[x] * w.value[y]);
          g.value[n] += u.value[x] * u.value[y];
          g.error[n] +=
            Math.abs(u.value[x]) * u.error[y] +
            Math.abs(u.value[y]) * u.error[x];
          sizes[k * k + n] += Math.abs(u.value[x] * u.value[y]);
        }
      }
    }
    const variance = logVar.value.map(Math.exp);
    // exp may be off by 3 + 2|x| units in the last place.
    const varianceError = variance.map(
      (value, i) =>
        value *
        (logVar.error[i] + 2 * UNIT * (3 + 2 * Math.abs(logVar.value[i]))),
    );
    let klSum = 0;
    let klError = 0;
    let klSize = 0;
    for (let i = 0; i < k; i++) {
      const n = i * k + i;
      h.value[n] += variance[i];
      h.error[n] += varianceError[i];
      sizes[n] += variance[i];
      klSum += h.value[n] / e - logVar.value[i];
      klError += h.error[n] / e + logVar.error[i];
      klSize +=
        sizes[n] / e + Math.abs(logVar.value[i]) + 1 + Math.abs(Math.log(e));
    }
    for (let n = 0; n < k * k; n++) {
      h.error[n] += chain * sizes[n];
      g.error[n] += chain * sizes[k * k + n];
    }
    const kl = klSum / 2 + (k / 2) * (Math.log(e) - 1);
    klError = klError / 2 + chain * klSize;

    const [gw, gu, gs] = state.map(({ gradient }) => gradient);
    let fit = 0;
    let fitError = 0;
    let fitSize = 0;
    for (let j = 0; j < d; j++) {
      fit += phi[j];
      fitSize += phi[j];
      for (let i = 0; i < k; i++) {
        const at = j * k + i;
        let hu = 0;
        let huError = 0;
        let huSize = 0;
        let kw = 0;
        let kwError = 0;
        let kwSize = 0;
        for (let l = 0; l < k; l++) {
          const [n, other] = [i * k + l, j * k + l];
          hu += h.value[n] * u.value[other];
          huError +=
            h.error[n] * Math.abs(u.value[other]) +
            Math.abs(h.value[n]) * u.error[other];
          huSize += Math.abs(h.value[n] * u.value[other]);
          kw += g.value[n] * w.value[other];
          kwError +=
            g.error[n] * Math.abs(w.value[other]) +
            Math.abs(g.value[n]) * w.error[other];
          kwSize += Math.abs(g.value[n] * w.value[other]);
        }
        const [wv, uv] = [Math.abs(w.value[at]), Math.abs(u.value[at])];
        gu.value[at] = (hu - phi[j] * w.value[at]) / a;
        gu.error[at] =
          (huError + phi[j] * w.error[at] + chain * (huSize + phi[j] * wv)) / a;
        gw.value[at] =
          phi[j] * ((kw - u.value[at]) / a + (beta / e) * w.value[at]);
        gw.error[at] =
          phi[j] *
          ((kwError + u.error[at] + chain * (kwSize + uv)) / a +
            (beta / e) * (w.error[at] + chain * wv));
        fit += phi[j] * w.value[at] * (kw - 2 * u.value[at]);
        fitError +=
          phi[j] *
          (w.error[at] * (kwSize + 2 * uv) + wv * (kwError + 2 * u.error[at]));
        fitSize += phi[j] * wv * (kwSize + 2 * uv);
      }
    }
    for (let i = 0; i < k; i++) {
      const n = i * k + i;
      fit += g.value[n] * variance[i];
      fitError += g.error[n] * variance[i] + g.value[n] * varianceError[i];
      fitSize += g.value[n] * variance[i];
      const slope = g.value[n] / a + beta / e;
      const trained = problem.encoderVariance.kind === "learnable" ? 0.5 : 0;
      gs.value[i] = trained * (variance[i] * slope - beta);
      gs.error[i] =
        trained *
        (varianceError[i] * slope +
          (variance[i] * g.error[n]) / a +
          chain * (variance[i] * slope + beta));
    }
    const constant = (d / 2) * Math.log(2 * Math.PI * a);
    const reconstruction = fit / (2 * a) + constant;
    const reconstructionError =
      (fitError + chain * fitSize) / (2 * a) +
      4 * UNIT * (Math.abs(constant) + Math.abs(reconstruction));
    terms.push({
      value: [reconstruction + beta * kl, reconstruction, kl],
      error: [
        reconstructionError +
          beta * klError +
          4 * UNIT * (Math.abs(reconstruction) + beta * Math.abs(kl)),
        reconstructionError,
        klError,
      ],
    });
    for (const { at, first, second, gradient } of state)
      optimize(at, first, second, gradient, problem.optimizer, step);
  }
  return { w, u, logVar, terms };
}
