/** A setting in the rail. */
import { css } from "lit";

export const fieldStyles = css`
  .title {
    min-height: var(--target);
    flex-wrap: wrap;
  }
  .help {
    margin-top: 2px;
    text-wrap: pretty;
  }
  :host([terse]) .help:not(.refused) {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .refused {
    color: var(--ink);
    font-weight: 600;
  }
  .boxes {
    gap: 6px;
  }
  .lane {
    margin-top: 4px;
  }
  .reset {
    width: 24px;
    height: 24px;
    /* Its target reaches into the gaps beside it: a long label and its number stay in one line. */
    margin-inline: -8px;
    display: grid;
    place-items: center;
  }
  .reset::before {
    content: "";
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--ink);
  }
  .wide-number {
    width: 100%;
    text-align: left;
  }
  @media (max-height: 840px) and (min-width: 900px) {
    .help:not(.refused) {
      display: none;
    }
  }
  @media (max-width: 899px) {
    .reset {
      width: 44px;
      height: 44px;
    }
  }
`;
