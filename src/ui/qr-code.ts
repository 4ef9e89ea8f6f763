/** QR codes as paths: dark modules on a light ground, whatever the theme. */
import { encode } from "uqr";

/** Light modules around the code: what the standard asks for. */
const QUIET = 4;

export interface QrPath {
  /** Side in modules, quiet zone included. */
  readonly size: number;
  /** The dark modules, one unit each. */
  readonly path: string;
}

/** The code of a text, or null for one that no code can hold (about 2,900 bytes). */
export function qrPath(text: string): QrPath | null {
  let data: readonly (readonly boolean[])[];
  try {
    ({ data } = encode(text, { ecc: "L", border: 0 }));
  } catch {
    return null;
  }
  const parts: string[] = [];
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (x + 1 < row.length && row[x + 1]) x++;
      const length = String(x + 1 - from);
      parts.push(
        `M${String(from + QUIET)} ${String(y + QUIET)}h${length}v1h-${length}z`,
      );
    }
  });
  return { size: data.length + 2 * QUIET, path: parts.join("") };
}

/** The code as a file. @param caption its `<title>` */
export function qrSvg({ size, path }: QrPath, caption: string): string {
  const side = String(size);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${String(size * 8)}" height="${String(size * 8)}" shape-rendering="crispEdges"><title>${caption}</title><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>\n`;
}
