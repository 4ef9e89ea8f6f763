/** What the share dialog hands out besides the link: markup of an embed, BibTeX. Pure. */
const WIDTH = 640;
const HEIGHT = 420;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]);
}

/** An iframe of a link that has `embed=1` in it. */
export function embedSnippet(link: string, title: string): string {
  return `<iframe src="${escapeMarkup(link)}" width="${String(WIDTH)}" height="${String(HEIGHT)}" title="${escapeMarkup(title)}" loading="lazy" style="border:0;max-width:100%"></iframe>`;
}

export const PAPER_BIBTEX = `@inproceedings{dang2024beyond,
  title     = {Beyond Vanilla {VAE}s: Detecting Posterior Collapse in Conditional and Hierarchical Variational Autoencoders},
  author    = {Dang, Hien and Tran, Tho and Nguyen, Tan and Ho, Nhat},
  booktitle = {International Conference on Learning Representations},
  year      = {2024},
  url       = {https://arxiv.org/abs/2306.05023}
}
`;

/** An experiment as something to cite. @param day of looking at it, YYYY-MM-DD */
export function linkBibtex(link: string, title: string, day: string): string {
  const plain = title
    .replace(/[{}\\$&#^_%~]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `@misc{collapselab,
  title        = {Collapse Lab: ${plain}},
  howpublished = {\\url{${link}}},
  note         = {An experiment that the link states in full},
  year         = {${day.slice(0, 4)}},
  urldate      = {${day}}
}
`;
}
