/**
 * What float32 may do to the gradient and the loss of one step of a linear VAE whose tensors it
 * holds exactly: a running error analysis (`tracked.ts`) of the sums the kernels really form, which
 * are not those of the float64 reference (the residual U z - x is never formed).
 *
 * Sampled (`vae-steps.wgsl`, and `vae-latent.wgsl` with products and `vae-finish.wgsl`), with
 * P = X W^T, Q = X U, z = P + sigma eps, G = U^T U, t = z G - Q, S = z^T z, f = 1 / (B a):
 *   dU = f (U S - X^T z),  dW^T = X^T (f t + (beta / (B e)) P),
 *   dlogVar = (f sum_b t sigma eps + beta (sigma^2 / e - 1)) / 2
 *   reconstruction from ||x||^2 + z.(t - Q), kl from P and sigma
 * Exact (`exact-quad.wgsl`, `exact-workgroup.wgsl`), in the eigenbasis:
 *   H = sum phi w w^T + diag(sigma^2), K = sum u u^T, du = (H u - phi w) / a,
 *   dw = phi ((K w - u) / a + (beta / e) w), dlogVar_i = (sigma_i^2 (K_ii / a + beta / e) - beta) / 2
 *   reconstruction from phi (1 + w.(K w - 2 u)) and tr(K Sigma), kl from tr H and logVar
 *
 * Rounded on the way in: ||x||^2 and phi. The noise is off by up to 12 units, as the tests of the
 * generator say. Sums over the batch may be added in any order, but no kernel adds more than a
 * quarter of the rows' losses one after another (a quad's threads, then a tree).
 */
import type { Settings } from "../../src/experiment/config.ts";
import { combine, constant, Tracked, UNIT, type Sum } from "./tracked.ts";

/** Gradient and loss of a step, as the kernels sum them, with bounds on their rounding errors. */
export interface RoundedStep {
  /** encW [k, D], decU [D, k], logVar [k], one after another */
  readonly gradient: {
    readonly value: Float64Array;
    readonly error: Float64Array;
  };
  readonly loss: { readonly value: number; readonly error: number };
}

/** Roundings of the few operations around a sum: scales, quotients, halves, log(2 pi a). */
const AROUND = 24;

interface Held {
  /** W, [k, D] */
  readonly w: Tracked;
  /** U, [D, k] */
  readonly u: Tracked;
  readonly logVar: Tracked;
}

function hold(flat: Float64Array, coordinates: number, k: number): Held {
  const size = coordinates * k;
  return {
    w: new Tracked(k, coordinates, flat.subarray(0, size)),
    u: new Tracked(coordinates, k, flat.subarray(size, 2 * size)),
    logVar: new Tracked(1, k, flat.subarray(2 * size, 2 * size + k)),
  };
}

function filled(columns: number, value: number): Tracked {
  return new Tracked(1, columns, new Float64Array(columns).fill(value));
}

function join(parts: readonly Tracked[]): RoundedStep["gradient"] {
  const all = (key: "value" | "error"): Float64Array =>
    Float64Array.from(parts.flatMap((part) => Array.from(part[key])));
  return { value: all("value"), error: all("error") };
}

/** The loss of its terms; `chain` roundings on the way of each summand. */
function weighted(
  { beta }: Settings,
  reconstruction: Sum,
  kl: Sum,
  chain: number,
): RoundedStep["loss"] {
  const all = combine([
    [1, reconstruction],
    [beta, kl],
  ]);
  return { value: all.value, error: all.error + chain * UNIT * all.size };
}

/** Column by column sums of x y; `chain` roundings on the way of each summand. */
function columnDots(x: Tracked, y: Tracked, chain: number): Tracked {
  const out = new Tracked(1, x.columns);
  x.value.forEach((a, n) => {
    const [b, at] = [y.value[n], n % x.columns];
    out.value[at] += a * b;
    out.error[at] +=
      Math.abs(a) * y.error[n] +
      x.error[n] * Math.abs(b) +
      chain * UNIT * Math.abs(a * b);
  });
  return out;
}

/**
 * A sampled step on rows `x` [B, D] with the draws `eps` [B, k], at `at`.
 */
export function roundedSample(
  settings: Settings,
  x: Tracked,
  draws: Float64Array,
  at: Float64Array,
): RoundedStep {
  const { latents: k, beta } = settings;
  const a = settings.etaDec ** 2;
  const e = settings.etaEnc ** 2;
  const { rows: batch, columns } = x;
  const f = 1 / (batch * a);
  const { w, u, logVar } = hold(at, columns, k);
  const eps = new Tracked(
    batch,
    k,
    draws,
    draws.map((value) => 12 * UNIT * Math.abs(value)),
  );
  const noise = eps.weighed(logVar.scaled(0.5).exp, "columns");
  const variance = logVar.exp;
  const p = x.times(w.transposed);
  const q = x.times(u);
  const z = p.plus(noise);
  const t = z.times(u.transposed.times(u)).plus(q, -1);
  const left = t.scaled(f).plus(p.scaled(beta / (batch * e)));
  const xt = x.transposed;
  const dw = xt.times(left);
  const scatter = z.transposed.times(z).scaled(f);
  const du = u.times(scatter).plus(xt.times(z.scaled(f)), -1);
  const chain = Math.ceil(batch / 4) + k + AROUND;
  const push = variance.scaled(1 / e).plus(filled(k, -1));
  const dLogVar = columnDots(t, noise, chain)
    .scaled(f)
    .plus(push.scaled(beta))
    .scaled(0.5);

  const energy = x.dot(x);
  const reconstruction = combine([
    // Norms are rounded once.
    [f / 2, { ...energy, error: UNIT * energy.size }],
    [f / 2, z.dot(t.plus(q, -1))],
    [1, constant((columns / 2) * Math.log(2 * Math.PI * a))],
  ]);
  const kl = combine([
    [0.5 / (batch * e), p.dot(p)],
    [0.5 / e, variance.sum],
    [-0.5, logVar.sum],
    // log e, where it is near 0, is off by up to 2^-21.
    [
      k / 2,
      {
        value: Math.log(e) - 1,
        error: 2 ** -21,
        size: 1 + Math.abs(Math.log(e)),
      },
    ],
  ]);
  return {
    gradient: join([dw.transposed, du, dLogVar]),
    loss: weighted(settings, reconstruction, kl, chain),
  };
}

/** A step of the expected loss of data with eigenvalues `phi` in D `columns`, at `at`. */
export function roundedExpectation(
  settings: Settings,
  phi: Float64Array,
  columns: number,
  at: Float64Array,
): RoundedStep {
  const { latents: k, beta } = settings;
  const a = settings.etaDec ** 2;
  const e = settings.etaEnc ** 2;
  const { w, u, logVar } = hold(at, phi.length, k);
  const spectrum = new Tracked(
    1,
    phi.length,
    phi,
    phi.map((value) => UNIT * value),
  );
  const variance = logVar.exp;
  const pw = w.weighed(spectrum, "columns");
  const h = pw.times(w.transposed).plusDiagonal(variance);
  const gram = u.transposed.times(u);
  const du = u
    .times(h)
    .plus(pw.transposed, -1)
    .scaled(1 / a);
  const kw = gram.times(w);
  const rest = kw.plus(u.transposed, -1);
  const dw = rest
    .scaled(1 / a)
    .plus(w, beta / e)
    .weighed(spectrum, "columns");
  const slope = gram.diagonal.scaled(1 / a).plus(filled(k, beta / e));
  const dLogVar = variance
    .weighed(slope, "columns")
    .plus(filled(k, -beta))
    .scaled(0.5);

  const reconstruction = combine([
    [0.5 / a, spectrum.sum],
    [0.5 / a, pw.dot(rest.plus(u.transposed, -1))],
    [0.5 / a, gram.diagonal.dot(variance)],
    [1, constant((columns / 2) * Math.log(2 * Math.PI * a))],
  ]);
  const kl = combine([
    [0.5 / e, h.diagonal.sum],
    [-0.5, logVar.sum],
    [1, constant((k / 2) * (Math.log(e) - 1))],
  ]);
  return {
    gradient: join([dw, du, dLogVar]),
    loss: weighted(settings, reconstruction, kl, phi.length + k + AROUND),
  };
}
