/** The loss along one mode: its minima are the theorems', and where they meet is the threshold. */
import { expect, test } from "@playwright/test";
import { meetingBeta, modeLoss } from "./landscape.ts";
import { predictVae } from "./vae.ts";

const LEARNT = { kind: "learnable", std: 1 } as const;
const FIXED = { kind: "fixed", std: [0.7] } as const;

/** Golden section to the last bits that a minimum's flatness leaves. */
function least(f: (u: number) => number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, to];
  for (let i = 0; i < 100; i++) {
    const [left, right] = [
      high - ratio * (high - low),
      low + ratio * (high - low),
    ];
    if (f(left) < f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

for (const encoderVariance of [LEARNT, FIXED])
  for (const [theta, beta, etaDec, etaEnc] of [
    [3, 1, 1, 1],
    [1.2, 0.7, 0.9, 1.3],
    [0.8, 1, 1, 1],
    [2, 5, 0.6, 0.5],
  ] as const)
    test(`${encoderVariance.kind}, theta ${String(theta)}, beta ${String(beta)}: least where theory says, by what it says`, () => {
      const settings = { beta, etaDec, etaEnc, encoderVariance, latents: 1 };
      const data = { theta: [theta], columns: 1, energy: theta * theta };
      const predicted = predictVae(settings, data);
      const std = encoderVariance.kind === "fixed" ? 0.7 : null;
      const loss = (u: number) => modeLoss(u, theta, settings, std);
      const omega = predicted.omega[0];
      // A minimum is found to the root of the last bit: 1.5e-8, times some curvature.
      expect(least(loss, 6)).toBeCloseTo(omega, 6);
      expect(loss(-omega)).toBe(loss(omega));
      // At u = 0 the mode is collapsed: a theta too small to live has that loss.
      const dead = predictVae(settings, { ...data, theta: [0] });
      expect(loss(omega)).toBeCloseTo(predicted.loss - dead.loss, 10);
      expect(loss(0)).toBe(0);
    });

test("the minima meet at the KL weight that brings the threshold to theta", () => {
  for (const encoderVariance of [LEARNT, FIXED]) {
    const settings = {
      beta: 0.5,
      etaDec: 0.8,
      etaEnc: 1.2,
      latents: 1,
      encoderVariance,
    };
    const at = (beta: number) =>
      predictVae(
        { ...settings, beta },
        { theta: [1.7], columns: 1, energy: 1.7 ** 2 },
      );
    const edge = meetingBeta(0.5, 1.7, at(0.5).threshold[0]);
    expect(at(edge * 0.999).omega[0]).toBeGreaterThan(0);
    expect(at(edge * 1.001).omega[0]).toBe(0);
  }
});
