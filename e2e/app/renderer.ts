/** Which renderer draws the page: pictures are comparable only where it is the same. */
import { createHash } from "node:crypto";
import type { Browser } from "@playwright/test";

/** The page's fonts (`--sans` and `--math` of tokens.css) in its sizes and weights. */
const PROBE = (sans: string, math: string) => `<!doctype html>
<body style="margin:8px;background:#fff;color:#111;font-family:${sans}">
${[11, 12, 13, 15, 20]
  .flatMap((size) =>
    [400, 600].map(
      (weight) =>
        `<p style="margin:0;font-size:${String(size)}px;font-weight:${String(weight)}">Latents A&amp;B: 0.123456789, −4.2, 3 of 8 <i style="font-family:${math}">θ² &gt; β η², σ̂₁ λ ω</i></p>`,
    ),
  )
  .join("")}
<svg width="60" height="20"><circle cx="10" cy="10" r="7.5"/><path d="M20 3 55 17"stroke="#000"/></svg>`;

/**
 * A name of platform, browser and how the page's text comes out, "linux-chromium-156-1f0a2b3c" say.
 * The same on two machines only if they draw the probe alike to the pixel.
 *
 * @param tokens text of tokens.css
 */
export async function rendererKey(
  browser: Browser,
  tokens: string,
): Promise<string> {
  const font = (name: string) => {
    const found = new RegExp(`--${name}:\\s*([^;]+);`).exec(tokens)?.[1];
    if (found === undefined)
      throw new Error(`www/tokens.css has no --${name}: expected its fonts.`);
    return found.replaceAll(/\s+/g, " ").replaceAll('"', "'");
  };
  const page = await browser.newPage({
    viewport: { width: 480, height: 320 },
    deviceScaleFactor: 1,
  });
  await page.setContent(PROBE(font("sans"), font("math")));
  const picture = await page.screenshot();
  await page.close();
  const pixels = createHash("sha256").update(picture).digest("hex").slice(0, 8);
  const [major] = browser.version().split(".");
  return `${process.platform}-chromium-${major}-${pixels}`;
}
