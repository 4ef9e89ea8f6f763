/** The parts of an exported PyTorch script that are the same for every experiment. Python, plain torch. */

/** The counter-based generator of math/rng.ts, and data drawn with it. */
export const PY_RANDOM = String.raw`
# Random numbers: a function of (seed, step, stream, index) and nothing else, so that every run,
# here or on the page, draws the same ones. The hash is pcg4d (Jarzynski and Olano, 2020).
STREAM = {"batch": 0, "latent": 1, "init": 2, "data": 3, "basis": 4, "latent2": 5}
MASK = 0xFFFFFFFF


def pcg4d(a, b, c, d):
    a, b, c, d = ((v * 1664525 + 1013904223) & MASK for v in (a, b, c, d))
    a = (a + b * d) & MASK
    b = (b + c * a) & MASK
    c = (c + a * b) & MASK
    d = (d + b * c) & MASK
    a, b, c, d = (v ^ (v >> 16) for v in (a, b, c, d))
    a = (a + b * d) & MASK
    b = (b + c * a) & MASK
    c = (c + a * b) & MASK
    d = (d + b * c) & MASK
    return a, b, c, d


def uniform_pairs(seed, step, stream, index):
    """Two uniform draws in (0, 1) for each index: its own pair of words, and which of them is its own."""
    block = index >> 2
    fixed = [torch.full_like(block, v) for v in (seed, step, STREAM[stream])]
    words = torch.stack(pcg4d(*fixed, block), -1)
    units = ((words >> 8).to(torch.float64) + 0.5) * 2.0**-24
    pair = (index & 2).unsqueeze(-1)
    return torch.cat([units.gather(-1, pair), units.gather(-1, pair + 1)], -1)


def normal(seed, step, stream, index):
    """Standard normal draws (Box-Muller) of these indices."""
    u = uniform_pairs(seed, step, stream, index)
    radius = torch.sqrt(-2 * torch.log(u[..., 0]))
    angle = 2 * math.pi * u[..., 1]
    return radius * torch.where((index & 1) == 1, torch.sin(angle), torch.cos(angle))


def normals(seed, step, stream, rows, columns):
    return normal(seed, step, stream, torch.arange(rows * columns)).reshape(rows, columns)


def batch_rows(seed, step, count, rows):
    """Which examples a minibatch is made of."""
    index = torch.arange(count)
    u = uniform_pairs(seed, step, "batch", index)
    own = torch.where((index & 1) == 1, u[..., 1], u[..., 0])
    return (own * rows).to(torch.float32).floor().to(torch.int64).clamp(max=rows - 1)
`;

export const PY_DATA = String.raw`
# Data: Gaussian draws, whitened by their own moments, so that their singular values are exactly THETA.
def whitened(draws, trained_on):
    draws = draws - draws[:trained_on].mean(0)
    for _ in range(2):
        kept = draws[:trained_on]
        factor = torch.linalg.cholesky(kept.T @ kept / trained_on)
        draws = draws @ torch.linalg.inv(factor).T
    return draws


def random_basis(columns, seed, which):
    q, r = torch.linalg.qr(normals(seed, which, "basis", columns, columns))
    return q * torch.where(torch.diagonal(r) >= 0, 1.0, -1.0)


def turned(draws, scale, seed, which):
    turn = random_basis(len(scale), seed, which)
    # The page keeps examples as float32.
    return ((draws * torch.tensor(scale)) @ turn.T).to(torch.float32).to(torch.float64)


def draw_data(lane):
    """x, and y of a conditional model (None otherwise), [ROWS, columns]; the last HELD_OUT are not trained on."""
    seed, rhos = lane["seed"], lane["rho"]
    columns, trained_on = len(THETA), ROWS - HELD_OUT
    own = normals(seed, 0, "data", ROWS, columns)
    if rhos is None:
        return turned(whitened(own, trained_on), THETA, seed, 0), None
    other = normals(seed, 1, "data", ROWS, columns)
    both = whitened(torch.cat([own, other], 1), trained_on)
    own, other = both[:, :columns], both[:, columns:]
    rho = torch.tensor([rhos[i % len(rhos)] for i in range(columns)])
    mixed = rho * own + torch.sqrt(1 - rho**2) * other
    return turned(mixed, [1.0] * columns, seed, 1), turned(own, THETA, seed, 0)


def read_table(path):
    """Numbers separated by commas, one example a line."""
    with open(path) as file:
        rows = [line.split(",") for line in file if line.strip()]
    return torch.tensor([[float(cell) for cell in row] for row in rows])


def scaled(values, trained_on):
    if values is None or SCALING == "none":
        return values
    if SCALING == "binarize":
        return (values > 0.5).to(torch.float64)
    mean = values[:trained_on].mean(0)
    if SCALING == "center":
        return values - mean
    std = values[:trained_on].std(0, unbiased=False)
    return (values - mean) * torch.where(std > 0, 1 / std.clamp(min=1e-300), 0.0)
`;

export const PY_START = String.raw`
# Start: the same draws as on the page. A row is (name, rows, columns, trained, start).
def start_of(lane):
    params, first = {}, 0
    for name, rows, columns, trained, start in lane["params"]:
        kind = start[0]
        if kind == "zero":
            value = torch.zeros(rows, columns)
        elif kind == "log-variance":
            std = lane["std" + start[1]]
            value = torch.tensor([[2 * math.log(std[i % len(std)]) for i in range(columns)]])
        else:
            row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
            if kind == "fan-in":
                index, scale = row * columns + column, math.sqrt(start[1] / start[2])
            else:
                by_column, between = start[1] == "columns", start[2]
                stride = 2**12 if between else (rows if by_column else columns)
                index = column * stride + row if by_column else row * stride + column
                scale = lane["init"]
            value = scale * normal(lane["seed"], 0, "init", first + index)
            first += 2**24
        value = value.to(torch.float32).to(torch.float64)
        params[name] = torch.nn.Parameter(value, requires_grad=trained)
    return params
`;

export const PY_MODEL = String.raw`
# Model: an encoder and a decoder of each level; without hidden layers every map is one matrix.
def activate(kind, value):
    if kind == "relu":
        return torch.relu(value)
    if kind == "tanh":
        return torch.tanh(value)
    inner = math.sqrt(2 / math.pi) * (value + 0.044715 * value**3)
    return 0.5 * value * (1 + torch.tanh(inner))


def affine(p, weight, bias, inputs):
    out = sum(value @ p[weight + suffix].T for suffix, value in inputs)
    return out + p[bias] if bias in p else out


def hidden(lane, p, name, inputs, widths):
    for layer in range(1, len(widths) + 1):
        value = affine(p, f"{name}.{layer}.W", f"{name}.{layer}.B", inputs)
        inputs = [("", activate(lane["activation"], value))]
    return inputs[0][1]


def features(lane, p, name, inputs, widths):
    if not widths:
        return inputs
    if lane["maps"] == "separate" and len(inputs) > 1:
        return [(s, hidden(lane, p, name + s, [(s, v)], widths)) for s, v in inputs]
    return [("", hidden(lane, p, name, inputs, widths))]


def encode(lane, p, level, inputs):
    """Mean and log-variance of the latents."""
    inputs = features(lane, p, "enc" + level, inputs, lane["hidden"])
    mean = affine(p, "encW" + level, "encB" + level, inputs)
    if "logVar" + level in p:
        return mean, p["logVar" + level].expand_as(mean)
    return mean, affine(p, "encV" + level, "encVB" + level, inputs)


def decode(lane, p, level, inputs):
    inputs = features(lane, p, "dec" + level, inputs, lane["hidden"][::-1])
    return affine(p, "decU" + level, "decB" + level, inputs)
`;

export const PY_TERMS = String.raw`
# Terms of the loss, nats per example.
def gaussian_nll(target, mean, std):
    square = ((target - mean) ** 2).sum(1).mean()
    return 0.5 * square / std**2 + 0.5 * target.shape[1] * math.log(2 * math.pi * std**2)


def reconstruction_of(lane, target, output):
    if lane["likelihood"] == "gaussian":
        return gaussian_nll(target, output, lane["eta_dec"])
    logits = torch.nn.functional.binary_cross_entropy_with_logits
    return logits(output, target, reduction="none").sum(1).mean()


def gaussian_kl(mean, log_var, prior_std):
    """KL from the prior of each unit, [units]."""
    prior = prior_std**2
    ratio = log_var.exp() / prior
    return 0.5 * (mean**2 / prior + ratio - torch.log(ratio) - 1).mean(0)


def charged(lane, kl):
    """A unit's first nats cost nothing (free bits)."""
    return kl.clamp(min=lane["free_bits"]).sum()
`;

/** Losses by kind of model: minibatches with noise, and the expectation over data and noise. */
export const PY_LOSS = {
  vae: {
    sampled: String.raw`
def loss_of(lane, p, step, data):
    """Loss of a minibatch and its terms (reconstruction, kl)."""
    x = data[0][batch_rows(lane["seed"], step, lane["batch"], data[2])]
    mean, log_var = encode(lane, p, "", [("", x)])
    noise = normals(lane["seed"], step, "latent", *mean.shape)
    z = mean + torch.exp(log_var / 2) * noise
    reconstruction = reconstruction_of(lane, x, decode(lane, p, "", [("", z)]))
    kl = gaussian_kl(mean, log_var, lane["eta_enc"])
    loss = reconstruction + lane["beta"] * kl_factor(step) * charged(lane, kl)
    return loss, reconstruction, kl.sum()
`,
    exact: String.raw`
def expected_loss(lane, p, data):
    """Loss over all examples and all noise, and its terms (reconstruction, kl); linear models."""
    x = data[0][: data[2]]
    mean, log_var = encode(lane, p, "", [("", x)])
    noise = (log_var[0].exp() * (p["decU"] ** 2).sum(0)).sum()
    reconstruction = reconstruction_of(lane, x, decode(lane, p, "", [("", mean)]))
    reconstruction = reconstruction + 0.5 * noise / lane["eta_dec"] ** 2
    kl = gaussian_kl(mean, log_var, lane["eta_enc"])
    return reconstruction + lane["beta"] * kl.sum(), reconstruction, kl.sum()
`,
  },
  cvae: {
    sampled: String.raw`
def loss_of(lane, p, step, data):
    """Loss of a minibatch and its terms (reconstruction of y, kl)."""
    rows = batch_rows(lane["seed"], step, lane["batch"], data[2])
    x, y = data[0][rows], data[1][rows]
    mean, log_var = encode(lane, p, "", [("x", x), ("y", y)])
    noise = normals(lane["seed"], step, "latent", *mean.shape)
    z = mean + torch.exp(log_var / 2) * noise
    output = decode(lane, p, "", [("z", z), ("x", x)])
    reconstruction = reconstruction_of(lane, y, output)
    kl = gaussian_kl(mean, log_var, lane["eta_enc"])
    loss = reconstruction + lane["beta"] * kl_factor(step) * charged(lane, kl)
    return loss, reconstruction, kl.sum()
`,
    exact: String.raw`
def expected_loss(lane, p, data):
    """Loss over all examples and all noise, and its terms (reconstruction of y, kl); linear models."""
    x, y = data[0][: data[2]], data[1][: data[2]]
    mean, log_var = encode(lane, p, "", [("x", x), ("y", y)])
    noise = (log_var[0].exp() * (p["decUz"] ** 2).sum(0)).sum()
    output = decode(lane, p, "", [("z", mean), ("x", x)])
    reconstruction = reconstruction_of(lane, y, output)
    reconstruction = reconstruction + 0.5 * noise / lane["eta_dec"] ** 2
    kl = gaussian_kl(mean, log_var, lane["eta_enc"])
    return reconstruction + lane["beta"] * kl.sum(), reconstruction, kl.sum()
`,
  },
  mhvae: {
    sampled: String.raw`
def loss_of(lane, p, step, data):
    """Loss of a minibatch and its terms (reconstruction, kl1 + kl2); kl1 has no closed form and may be negative."""
    x = data[0][batch_rows(lane["seed"], step, lane["batch"], data[2])]
    mean1, log_var1 = encode(lane, p, "1", [("", x)])
    noise1 = normals(lane["seed"], step, "latent", *mean1.shape)
    z1 = mean1 + torch.exp(log_var1 / 2) * noise1
    mean2, log_var2 = encode(lane, p, "2", [("", z1)])
    noise2 = normals(lane["seed"], step, "latent2", *mean2.shape)
    z2 = mean2 + torch.exp(log_var2 / 2) * noise2
    reconstruction = reconstruction_of(lane, x, decode(lane, p, "1", [("", z1)]))
    entropy = 0.5 * (log_var1 + math.log(2 * math.pi * math.e)).sum(1).mean()
    kl1 = gaussian_nll(z1, decode(lane, p, "2", [("", z2)]), lane["eta_dec"]) - entropy
    kl2 = gaussian_kl(mean2, log_var2, lane["eta_enc"])
    weighted = lane["beta"] * kl1 + lane["beta2"] * charged(lane, kl2)
    return reconstruction + kl_factor(step) * weighted, reconstruction, kl1 + kl2.sum()
`,
    exact: String.raw`
def expected_loss(lane, p, data):
    """Loss over all examples and all noise, and its terms (reconstruction, kl1 + kl2); linear models."""
    x = data[0][: data[2]]
    mean1, log_var1 = encode(lane, p, "1", [("", x)])
    mean2, log_var2 = encode(lane, p, "2", [("", mean1)])
    var1, var2 = log_var1[0].exp(), log_var2[0].exp()
    noise = (var1 * (p["decU1"] ** 2).sum(0)).sum()
    reconstruction = reconstruction_of(lane, x, decode(lane, p, "1", [("", mean1)]))
    reconstruction = reconstruction + 0.5 * noise / lane["eta_dec"] ** 2
    # z1 - U2 z2 - d: what is left of z1's noise, and z2's own.
    left = torch.eye(len(var1)) - p["decU2"] @ p["encW2"]
    noise = (var1 * (left**2).sum(0)).sum() + (var2 * (p["decU2"] ** 2).sum(0)).sum()
    entropy = 0.5 * (log_var1[0] + math.log(2 * math.pi * math.e)).sum()
    prior = decode(lane, p, "2", [("", mean2)])
    kl1 = gaussian_nll(mean1, prior, lane["eta_dec"]) + 0.5 * noise / lane["eta_dec"] ** 2 - entropy
    passed = (p["encW2"] ** 2 * var1).sum(1) / lane["eta_enc"] ** 2
    kl2 = (gaussian_kl(mean2, log_var2, lane["eta_enc"]) + 0.5 * passed).sum()
    loss = reconstruction + lane["beta"] * kl1 + lane["beta2"] * kl2
    return loss, reconstruction, kl1 + kl2
`,
  },
} as const;

export const PY_RUN = String.raw`
def train(lane, data, steps):
    params = start_of(lane)
    trained = [value for value in params.values() if value.requires_grad]
    kind, rate = lane["optimizer"]
    if kind == "adam":
        optimizer = torch.optim.Adam(trained, lr=rate, betas=(0.9, 0.999), eps=1e-8)
    else:
        optimizer = torch.optim.SGD(trained, lr=rate)
    for step in range(steps):
        optimizer.zero_grad()
        loss, reconstruction, kl = step_loss(lane, params, step, data)
        loss.backward()
        optimizer.step()
        if step % max(1, steps // 10) == 0 or step == steps - 1:
            print(f"{lane['name']} step {step:>7}  loss {loss:.4f}  reconstruction {reconstruction:.4f}  kl {kl:.4f}")
    return params


def row(title, values):
    print(f"  {title:<22}" + "  ".join(f"{value:8.4f}" for value in values))


@torch.no_grad()
def report(lane, params, data, steps):
    """What came of it, beside theory and beside what the page measured."""
    print(f"{lane['name']}: {lane['about']}")
    if lane["linear"]:
        loss, reconstruction, kl = expected_loss(lane, params, data)
        row("loss, rec., kl", (loss, reconstruction, kl))
        if lane["theory"] is not None:
            row("theory", lane["theory"]["loss"])
    for name, theory in lane["compare"]:
        weight = params[name]
        values = torch.linalg.svdvals(weight)[: min(weight.shape)]
        row(f"{name}, measured", values)
        if theory is not None:
            row(f"{name}, theory", sorted(theory, reverse=True)[: len(values)])
            padded = sorted(theory, reverse=True)[: len(values)]
            gap = max(abs(float(v) - t) for v, t in zip(values, padded))
            print(f"  largest difference from theory: {gap:.4f}")
    if lane["page"] is not None:
        step, loss = lane["page"]
        print(f"  the page measured loss {loss:.4f} at step {step}" + ("" if step == steps else f"; this is step {steps}"))
    elif lane["theory"] is None:
        print("  no theorem covers this lane")


def main():
    parser = argparse.ArgumentParser(description="Repeats a run of Collapse Lab.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--x", help="examples as a table of numbers, instead of those drawn here")
    parser.add_argument("--y", help="what a conditional model predicts, as such a table")
    arguments = parser.parse_args()
    for lane in LANES:
        x, y = draw_data(lane)
        if arguments.x:
            x = read_table(arguments.x)
            y = read_table(arguments.y) if arguments.y else None
        held = HELD_OUT if not arguments.x else round(HELD_OUT * len(x) / ROWS)
        trained_on = len(x) - held
        data = (scaled(x, trained_on), scaled(y, trained_on), trained_on)
        params = train(lane, data, arguments.steps)
        report(lane, params, data, arguments.steps)


if __name__ == "__main__":
    main()
`;
